import { Button, Input, Popover, PopoverSurface, PopoverTrigger } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons/svg/arrow-download";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Xterm } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { useEffect, useRef, useState } from "react";
import type { Control } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { downloadFile } from "../transfer";
import { Uploads } from "../Uploads";
import { TerminalSession, type SessionState } from "./session";

const colours = { background: "#1e1e1e", foreground: "#e6e6e6", cursor: "#e6e6e6", selectionBackground: "#3a5f8f" };

export default function Terminal({ control }: { control: Control }) {
  const t = useStrings();
  const machine = control.value ?? "";
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<SessionState>("opening");
  const [why, setWhy] = useState("");
  const [round, setRound] = useState(0);
  const screen = useRef<Xterm | null>(null);

  useEffect(() => {
    if (place.current === null) return undefined;
    const xterm = new Xterm({ theme: colours, fontSize: 14, fontFamily: "'Cascadia Mono', 'DejaVu Sans Mono', Consolas, monospace", cursorBlink: true, scrollback: 5000, screenReaderMode: true });
    const fit = new FitAddon();
    xterm.loadAddon(fit);
    xterm.open(place.current);
    xterm.attachCustomKeyEventHandler((event) => {
      // A terminal swallows Tab, so a keyboard needs another way out.
      if (event.type === "keydown" && event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "q") {
        document.getElementById("page-title")?.focus();
        return false;
      }
      if (event.type === "keydown" && event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "c") {
        void navigator.clipboard?.writeText(xterm.getSelection());
        event.preventDefault();
        return false;
      }
      // Left to the browser, these paste; the text then comes as input.
      return !(event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "v");
    });
    const refit = () => { if (place.current !== null && place.current.offsetHeight > 0) fit.fit(); };
    refit();
    const watch = new ResizeObserver(refit);
    watch.observe(place.current);
    screen.current = xterm;
    return () => {
      watch.disconnect();
      screen.current = null;
      xterm.dispose();
    };
  }, []);

  useEffect(() => {
    if (screen.current === null) return undefined;
    if (round > 0) screen.current.write("\r\n");
    const session = new TerminalSession(machine, screen.current, (now, text) => { setState(now); setWhy(text); });
    screen.current.focus();
    return () => session.close();
  }, [machine, round]);

  return (
    <div className="terminal" data-id={control.id} data-state={state}>
      <div className="terminal-bar">
        <span className="quiet">{machine === "" ? control.label : `${control.label} · ${machine}`}</span>
        <span className="unseen">{t("terminalTabLeaves")}</span>
        <Uploads folder={machine === "" ? "~" : ""} dropOn={place} />
        {machine === "" && <DownloadButton />}
        {state === "opening" && <span role="status">{t("terminalOpening")}</span>}
        {(state === "ended" || state === "failed") && (
          <span role="status" className="terminal-end">
            {state === "ended" ? t("terminalEnded") : ""} {why === "lost" ? t("terminalLost") : why}
            <Button size="small" onClick={() => setRound((before) => before + 1)}>{t("terminalAgain")}</Button>
          </span>
        )}
      </div>
      <div className="terminal-screen" ref={place} />
    </div>
  );
}

function DownloadButton() {
  const t = useStrings();
  const [path, setPath] = useState("");
  const [failed, setFailed] = useState("");
  return (
    <Popover trapFocus>
      <PopoverTrigger disableButtonEnhancement><Button size="small" appearance="subtle" icon={<ArrowDownloadRegular />}>{t("download")}</Button></PopoverTrigger>
      <PopoverSurface aria-label={t("download")}>
        <form className="pressed" onSubmit={(event) => { event.preventDefault(); setFailed(""); downloadFile(path).catch((error: Error) => setFailed(error.message)); }}>
          <Input aria-label={t("downloadPath")} placeholder={t("downloadPath")} value={path} onChange={(_, data) => setPath(data.value)} />
          <Button type="submit">{t("download")}</Button>
        </form>
        {failed !== "" && <p role="alert" className="wrong">{failed}</p>}
      </PopoverSurface>
    </Popover>
  );
}
