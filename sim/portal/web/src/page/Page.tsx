import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Tab, TabList } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons/svg/dismiss";
import { act } from "../live/live";
import { useStore } from "../live/store";
import type { Control, View } from "../protocol";
import { useStrings } from "../strings/strings";
import { Body, CommandBar } from "./Body";
import { Any, ComponentOf } from "./Controls";
import { iconOf } from "./icons";
import { bodyOf, type Layout, layoutOf } from "./layout";
import { langOf } from "./tables";

/** What the last act said, and what the page has to say. */
export function Notices({ view }: { view: View | null }) {
  const t = useStrings();
  const message = useStore((state) => state.message);
  // The text of a refused request is among the view's notices, too.
  const notices = [...new Set(view?.notices ?? [])].filter((text) => text !== message?.text);
  const text = message === null ? "" : message.kind === "not-simulated" ? t("notSimulatedText", { what: message.text })
    : message.kind === "lost" ? t("actLost") : message.text;
  return (
    <div className="notices" aria-live="polite">
      {message !== null && (
        <MessageBar intent={message.kind === "error" ? "error" : "warning"} layout="multiline" data-message={message.kind}>
          <MessageBarBody><MessageBarTitle>{t(message.kind === "not-simulated" ? "notSimulated" : "error")}</MessageBarTitle>{text}</MessageBarBody>
          <MessageBarActions containerAction={<Button appearance="transparent" icon={<DismissRegular />} aria-label={t("dismiss")} onClick={() => useStore.setState({ message: null })} />} />
        </MessageBar>
      )}
      {notices.map((one) => (
        <MessageBar key={one} intent={/^[A-Z]\w+: |^HTTP /.test(one) ? "error" : "info"} layout="multiline"><MessageBarBody>{one}</MessageBarBody></MessageBar>
      ))}
    </div>
  );
}

export function Tabs({ tabs, label }: { tabs: Control[]; label: string }) {
  if (tabs.length === 0) return null;
  const selected = tabs.find((one) => one.value === "selected");
  return (
    <>
      <TabList className="tabs" aria-label={label} selectedValue={selected?.id ?? null} onTabSelect={(_, data) => { if (data.value !== selected?.id) void act("click", String(data.value)); }}>
        {tabs.map((one) => <Tab key={one.id} id={`tab-${one.id}`} data-id={one.id} value={one.id} lang={langOf(one)} disabled={one.enabled === false}>{one.label}</Tab>)}
      </TabList>
      {selected !== undefined && (selected.children?.length ?? 0) > 0 && (
        <div role="tabpanel" className="panel" aria-labelledby={`tab-${selected.id}`}><Body body={bodyOf(selected.children ?? [])} /></div>
      )}
    </>
  );
}

function ResourceMenu({ menu }: { menu: Control[] }) {
  const t = useStrings();
  return (
    <nav className="resource-menu" aria-label={t("resourceMenu")}>
      <ul>
        {menu.map((one) => (
          <li key={one.id}>
            <button type="button" data-id={one.id} className="nav-item" lang={langOf(one)} disabled={one.enabled === false} aria-current={one.value === "selected" ? "page" : undefined}
              onClick={() => { if (one.value !== "selected") void act("click", one.id); }}>{iconOf(one)}<span>{one.label}</span></button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Absent() {
  const t = useStrings();
  return (
    <div className="absent">
      <p>{t("absentText")}</p>
      <Button onClick={() => history.back()}>{t("goBack")}</Button>
    </div>
  );
}

export function Footer({ layout, commit }: { layout: Layout; commit?: string }) {
  if (layout.footer.length === 0) return null;
  return (
    <div className="form-footer">
      {layout.footer.map((one, index) => <Any key={one.id} control={one} look={one.id === commit || (index === 0 && !layout.footer.some((other) => other.id === commit)) ? "primary" : "secondary"} />)}
    </div>
  );
}

/** The middle of a page or dialog: bars, tabs, steps, fields, tables, components. */
export function Contents({ layout }: { layout: Layout }) {
  const t = useStrings();
  if (layout.files !== null || layout.work.length > 0) {
    return (
      <div className="workbench">
        {layout.files !== null && <div className="workbench-files"><ComponentOf control={layout.files} /></div>}
        <div className="workbench-main">
          <CommandBar commands={layout.commands} />
          {layout.work.map((one) => <ComponentOf key={`${one.id} ${one.format === "editor" ? "" : one.value ?? ""}`} control={one} />)}
        </div>
      </div>
    );
  }
  return (
    <>
      <CommandBar commands={layout.commands} />
      <Body body={{ commands: [], blocks: layout.above }} />
      <Tabs tabs={layout.steps} label={t("steps")} />
      <Tabs tabs={layout.tabs} label={layout.heading} />
      <Body body={{ commands: [], blocks: layout.blocks }} />
    </>
  );
}

export function Page({ view }: { view: View }) {
  const t = useStrings();
  const layout = layoutOf(view);
  const work = layout.files !== null || layout.work.length > 0;
  const blade = (
    <section className={work ? "blade blade-work" : "blade"} aria-labelledby="page-title">
      <header className="blade-head">
        <h1 id="page-title" data-id={layout.headingId || undefined} tabIndex={-1}>{view.absent ? t("absentTitle") : layout.heading}</h1>
        {(view.absent || layout.subtitle !== "") && <p className="quiet">{view.absent ? view.title : layout.subtitle}</p>}
      </header>
      <Notices view={view} />
      {view.absent ? <Absent /> : <Contents layout={layout} />}
      <Footer layout={layout} commit={view.commit} />
    </section>
  );
  if (layout.menu.length === 0) return blade;
  return <div className="with-menu"><ResourceMenu menu={layout.menu} />{blade}</div>;
}
