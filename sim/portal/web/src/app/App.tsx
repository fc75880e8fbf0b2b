import { Button, FluentProvider, MessageBar, MessageBarBody, MessageBarTitle, Spinner } from "@fluentui/react-components";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useStore } from "../live/store";
import { Page } from "../page/Page";
import { SiteFrame } from "../page/Frames";
import { Pane } from "../page/Pane";
import { loadStrings, useStrings } from "../strings/strings";
import { AddressBar, TabStrip } from "./Browser";
import { useHistoryOfPages } from "./history";
import { dark, light, useDark } from "./theme";
import { ClockTool, LanguageTool, Mark, PersonTool, ThemeTool } from "./Tools";

const LabPanel = lazy(() => import("./Lab"));
const Overlay = lazy(() => import("../page/Overlay").then((module) => ({ default: module.Overlay })));

function LinkNotice() {
  const t = useStrings();
  const { link, attempt, refused } = useStore();
  if (refused !== null) return <MessageBar intent="error"><MessageBarBody><MessageBarTitle>{t("refused")}</MessageBarTitle>{refused}</MessageBarBody></MessageBar>;
  if (link !== "lost") return null;
  return <MessageBar intent="warning" role="alert" data-lost><MessageBarBody>{t("lost", { attempt })}</MessageBarBody></MessageBar>;
}

function Middle() {
  const t = useStrings();
  const view = useStore((state) => state.view);
  const under = useStore((state) => state.under);
  if (view === null) return <main id="page" className="waiting" tabIndex={-1}><Spinner label={t("connecting")} /></main>;
  const chrome = under?.controls.filter((one) => one.chrome) ?? [];
  const panes = under?.controls.filter((one) => !one.chrome && one.kind === "component" && one.format === "pane") ?? [];
  return (
    <>
      <SiteFrame view={under ?? view} chrome={chrome}>{under !== null && <Page key={under.screen} view={under} />}</SiteFrame>
      {panes.map((one) => <Pane key={one.id} pane={one} />)}
      {view.dialog && <Suspense fallback={null}><Overlay key={view.screen} view={view} /></Suspense>}
    </>
  );
}

/** A new page is announced by its title, and the focus goes to it, unless it still has a place. */
function useFocusOnPage(): void {
  const screen = useStore((state) => (state.view?.dialog ? "" : `${state.view?.app ?? ""} ${state.view?.screen ?? ""}`));
  const title = useStore((state) => state.view?.title ?? "");
  const first = useRef(true);
  useEffect(() => { if (title !== "") document.title = `${title} · azlab`; }, [title]);
  useEffect(() => {
    if (screen.trim() === "") return;
    if (first.current) { first.current = false; return; }
    if (document.activeElement === null || document.activeElement === document.body) document.getElementById("page-title")?.focus({ preventScroll: true });
  }, [screen]);
}

export function App() {
  const t = useStrings();
  const isDark = useDark();
  const language = useStore((state) => state.language);
  const lab = useStore((state) => state.lab);
  useHistoryOfPages();
  useFocusOnPage();
  useEffect(() => {
    document.documentElement.lang = language;
    void loadStrings(language);
  }, [language]);
  useEffect(() => { document.documentElement.dataset.theme = isDark ? "dark" : "light"; }, [isDark]);
  // No class: Fluent hands a provider's class on to the roots of its menus and dialogs.
  return (
    <FluentProvider theme={isDark ? dark : light} style={{ height: "100%" }}>
      <div className="app">
        <a className="skip" href="#page" onClick={(event) => { event.preventDefault(); document.getElementById("page")?.focus(); }}>{t("skipToPage")}</a>
        <header className="browser">
          <div className="browser-top">
            <TabStrip />
            <div className="tools"><Mark /><ClockTool /><LanguageTool /><ThemeTool /><PersonTool /></div>
          </div>
          <AddressBar />
        </header>
        <LinkNotice />
        <div className="app-middle">
          <div className="app-page"><Middle /></div>
          {lab !== null && <Suspense fallback={null}><LabPanel lab={lab} /></Suspense>}
        </div>
      </div>
    </FluentProvider>
  );
}

/** What is left when drawing failed: the page can be fetched again. */
export function Broken({ error }: { error: Error }) {
  return <main role="alert" className="waiting"><p>{error.message}</p><Button onClick={() => location.reload()}>↻</Button></main>;
}
