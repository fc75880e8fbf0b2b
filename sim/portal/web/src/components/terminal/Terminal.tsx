import { Button, Input, Popover, PopoverSurface, PopoverTrigger } from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons/svg/add";
import { ArrowDownloadRegular } from "@fluentui/react-icons/svg/arrow-download";
import { DismissRegular } from "@fluentui/react-icons/svg/dismiss";
import "@xterm/xterm/css/xterm.css";
import { useEffect, useRef, useState } from "react";
import { onAsked } from "../../live/asked";
import type { Control } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { downloadFile } from "../transfer";
import { Uploads } from "../Uploads";
import { addScreen, chooseScreen, closeScreen, connectScreen, type Screen, typeInto, useRooms } from "./rooms";

const none: Screen[] = [];

export default function Terminal({ control }: { control: Control }) {
  const t = useStrings();
  const machine = control.value ?? "";
  const place = useRef<HTMLDivElement>(null);
  const screens = useRooms((rooms) => rooms.screens[machine] ?? none);
  const active = useRooms((rooms) => rooms.active[machine] ?? 0);
  const shown = screens.find((one) => one.key === active);

  useEffect(() => {
    if ((useRooms.getState().screens[machine] ?? none).length === 0) addScreen(machine);
  }, [machine]);

  useEffect(() => onAsked(control.id, (asked) => { if (asked.does === "type") typeInto(machine, asked.text); }), [control.id, machine]);

  return (
    <div className="terminal" data-id={control.id} data-state={shown?.state ?? "opening"}>
      <div className="terminal-bar">
        <Choice machine={machine} name={machine === "" ? control.label : machine} screens={screens} active={active} />
        <span className="unseen">{t("terminalTabLeaves")}</span>
        {machine === "" && <Uploads folder="~" dropOn={place} />}
        {machine === "" && <DownloadButton />}
        {shown !== undefined && <StateOf machine={machine} screen={shown} />}
      </div>
      <div className="terminal-screen" ref={place}>{shown !== undefined && <Shown key={shown.key} machine={machine} screen={shown} />}</div>
    </div>
  );
}

function Choice({ machine, name, screens, active }: { machine: string; name: string; screens: Screen[]; active: number }) {
  const t = useStrings();
  return (
    <div className="terminal-choice" role="group" aria-label={t("terminal")}>
      {screens.map((one, index) => (
        <span key={one.key} className={one.key === active ? "terminal-name active" : "terminal-name"}>
          <button type="button" aria-pressed={one.key === active} onClick={() => chooseScreen(machine, one.key)}>{index === 0 ? name : `${name} ${index + 1}`}</button>
          {screens.length > 1 && <Button size="small" appearance="transparent" icon={<DismissRegular />} aria-label={`${t("close")}: ${name} ${index + 1}`} onClick={() => closeScreen(machine, one.key)} />}
        </span>
      ))}
      <Button size="small" appearance="transparent" icon={<AddRegular />} aria-label={t("terminalMore")} title={t("terminalMore")} onClick={() => addScreen(machine)} />
    </div>
  );
}

function Shown({ machine, screen }: { machine: string; screen: Screen }) {
  const place = useRef<HTMLDivElement>(null);
  const { xterm, fit, element, key } = screen;
  useEffect(() => {
    const here = place.current;
    if (here === null) return undefined;
    here.append(element);
    if (xterm.element === undefined) xterm.open(element);
    const refit = () => { if (element.offsetHeight > 0) fit.fit(); };
    refit();
    const watch = new ResizeObserver(refit);
    watch.observe(here);
    if (useRooms.getState().screens[machine]?.find((one) => one.key === key)?.session === null) connectScreen(machine, key);
    xterm.focus();
    return () => {
      watch.disconnect();
      element.remove();
    };
  }, [machine, key, xterm, fit, element]);
  return <div className="terminal-holder" ref={place} />;
}

function StateOf({ machine, screen }: { machine: string; screen: Screen }) {
  const t = useStrings();
  if (screen.state === "open") return null;
  if (screen.state === "opening") return <span role="status">{t("terminalOpening")}</span>;
  return (
    <span role="status" className="terminal-end">
      {screen.state === "ended" && t("terminalEnded")} {screen.why === "lost" ? t("terminalLost") : screen.why}
      <Button size="small" onClick={() => { screen.xterm.write("\r\n"); connectScreen(machine, screen.key); screen.xterm.focus(); }}>{t("terminalAgain")}</Button>
    </span>
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
