import { Button, Input } from "@fluentui/react-components";
import { ArrowLeftRegular } from "@fluentui/react-icons/svg/arrow-left";
import { ArrowRightRegular } from "@fluentui/react-icons/svg/arrow-right";
import { DismissRegular } from "@fluentui/react-icons/svg/dismiss";
import { useEffect, useState } from "react";
import { act } from "../live/live";
import { useStore } from "../live/store";
import type { App } from "../protocol";
import { useStrings } from "../strings/strings";

const order: App[] = ["portal", "studio"];

/** The tabs of the simulated browser. The session names the active one first; here they keep their places. */
export function TabStrip() {
  const t = useStrings();
  const apps = useStore((state) => state.apps);
  const active = apps[0];
  return (
    <nav className="tab-strip" aria-label={t("tabs")}>
      {order.filter((app) => apps.includes(app)).map((app) => {
        const name = t(app === "portal" ? "tabPortal" : "tabStudio");
        return (
          <span key={app} className={app === active ? "browser-tab active" : "browser-tab"}>
            <button type="button" data-app={app} aria-current={app === active ? "true" : undefined} onClick={() => { if (app !== active) void act("switch-tab", "", app); }}>
              <span className={`dot dot-${app}`} aria-hidden /><span className="tab-name">{name}</span>
            </button>
            {app === active && apps.length > 1 && (
              <Button size="small" appearance="transparent" data-close-tab icon={<DismissRegular />} aria-label={t("closeTab", { name })} onClick={() => void act("close-tab")} />
            )}
          </span>
        );
      })}
    </nav>
  );
}

export function AddressBar() {
  const t = useStrings();
  const address = useStore((state) => (state.view?.dialog ? state.under : state.view)?.address ?? "");
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => setTyped(null), [address]);
  return (
    <form className="address-bar" onSubmit={(event) => {
      event.preventDefault();
      const wanted = (typed ?? address).trim();
      if (wanted !== "") void act("open", "", /^[a-z]+:\/\//i.test(wanted) ? wanted : `https://${wanted}`).then((outcome) => { if (outcome.ok) setTyped(null); });
    }}>
      <Button appearance="subtle" icon={<ArrowLeftRegular />} aria-label={t("back")} onClick={() => history.back()} />
      <Button appearance="subtle" icon={<ArrowRightRegular />} aria-label={t("forward")} onClick={() => history.forward()} />
      <Input className="address" aria-label={t("address")} value={typed ?? address} spellCheck={false} autoComplete="off" autoCapitalize="off" data-address
        onChange={(_, data) => setTyped(data.value)} onFocus={(event) => event.target.select()} onBlur={() => { if (typed === address) setTyped(null); }} />
      <Button type="submit" appearance="subtle">{t("go")}</Button>
    </form>
  );
}
