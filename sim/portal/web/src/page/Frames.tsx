import { Button, DrawerBody, DrawerHeader, DrawerHeaderTitle, OverlayDrawer, Tooltip } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons/svg/dismiss";
import { NavigationRegular } from "@fluentui/react-icons/svg/navigation";
import { type ReactNode, useState } from "react";
import { Notifications } from "../app/Notifications";
import { act } from "../live/live";
import type { Control, View } from "../protocol";
import { useStrings } from "../strings/strings";
import { SearchField } from "./Field";
import { iconOf } from "./icons";
import { langOf } from "./tables";

// The two sites' frames, drawn from the controls that a view marks as chrome.

function NavItem({ control, view, done }: { control: Control; view: View; done(): void }) {
  const items = control.children ?? [];
  if (items.length > 0) {
    return (
      <li>
        <span className="nav-group" data-id={control.id} lang={langOf(control)}>{control.label}</span>
        <ul>{items.map((one) => <NavItem key={one.id} control={one} view={view} done={done} />)}</ul>
      </li>
    );
  }
  return (
    <li>
      <button type="button" data-id={control.id} className="nav-item" lang={langOf(control)} disabled={control.enabled === false}
        aria-current={control.id === view.screen ? "page" : undefined} onClick={() => { done(); void act("click", control.id); }}>
        {iconOf(control) ?? <span className="no-icon" />}<span>{control.label}</span>
      </button>
    </li>
  );
}

function Nav({ items, view, done }: { items: Control[]; view: View; done(): void }) {
  return <ul>{items.map((one) => <NavItem key={one.id} control={one} view={view} done={done} />)}</ul>;
}

export function SiteFrame({ view, chrome, children }: { view: View; chrome: Control[]; children: ReactNode }) {
  const t = useStrings();
  const [open, setOpen] = useState(false);
  const search = chrome.filter((one) => one.kind === "field");
  const icons = chrome.filter((one) => one.kind === "icon" || one.kind === "button");
  const nav = chrome.filter((one) => one.kind === "link" || one.kind === "menu");
  const name = t(view.app === "portal" ? "tabPortal" : "tabStudio");
  const close = () => setOpen(false);
  return (
    <div className={`site site-${view.app}`}>
      <div className="site-bar" role="group" aria-label={t("siteHeader")}>
        <Button className="site-menu on-bar" appearance="subtle" icon={<NavigationRegular />} aria-label={t("siteNavigation")} aria-expanded={open} onClick={() => setOpen(true)} />
        <span className="site-name">{name}</span>
        {search.map((one) => <SearchField key={one.id} control={one} />)}
        <span className="site-icons">
          {icons.map((one) => (
            <Tooltip key={one.id} content={one.label} relationship="label">
              <Button data-id={one.id} className="on-bar" appearance="subtle" icon={iconOf(one)} disabled={one.enabled === false} onClick={() => void act("click", one.id)}>{iconOf(one) === undefined ? one.label : undefined}</Button>
            </Tooltip>
          ))}
          <Notifications />
        </span>
      </div>
      <OverlayDrawer open={open} position="start" onOpenChange={(_, data) => setOpen(data.open)} aria-label={t("siteNavigation")}>
        <DrawerHeader><DrawerHeaderTitle action={<Button appearance="subtle" icon={<DismissRegular />} aria-label={t("close")} onClick={close} />}>{name}</DrawerHeaderTitle></DrawerHeader>
        <DrawerBody><nav className="site-nav" aria-label={t("siteNavigation")}><Nav items={nav} view={view} done={close} /></nav></DrawerBody>
      </OverlayDrawer>
      <div className="site-middle">
        {nav.length > 0 && <nav className="site-nav site-nav-docked" aria-label={t("siteNavigation")}><Nav items={nav} view={view} done={close} /></nav>}
        <main id="page" className="site-page" tabIndex={-1}>{children}</main>
      </div>
    </div>
  );
}
