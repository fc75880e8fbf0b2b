import { useRef, useState } from "react";
import type { Control } from "../protocol";
import { useStrings } from "../strings/strings";
import { Body } from "./Body";
import { Any, ComponentOf } from "./Controls";
import { bodyOf } from "./layout";

const LEAST = 120;
const STEP = 24;

/** A pane below the page (Cloud Shell), whose height the person chooses. */
export function Pane({ pane }: { pane: Control }) {
  const t = useStrings();
  const [height, setHeight] = useState(300);
  const from = useRef<{ y: number; height: number } | null>(null);
  const clamp = (wanted: number) => setHeight(Math.max(LEAST, Math.min(wanted, window.innerHeight - 160)));
  const children = pane.children ?? [];
  const terminal = children.find((one) => one.kind === "component");
  const bar = children.filter((one) => one !== terminal);
  return (
    <section className="pane" data-id={pane.id} aria-label={pane.label} style={{ height }}>
      <div className="pane-grip" role="separator" aria-orientation="horizontal" aria-label={t("resize")} aria-valuenow={height} aria-valuemin={LEAST} aria-valuemax={window.innerHeight - 160} tabIndex={0}
        onKeyDown={(event) => { if (event.key === "ArrowUp") clamp(height + STEP); if (event.key === "ArrowDown") clamp(height - STEP); }}
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); from.current = { y: event.clientY, height }; }}
        onPointerMove={(event) => { if (from.current !== null) clamp(from.current.height + from.current.y - event.clientY); }}
        onPointerUp={() => { from.current = null; }} />
      <div className="pane-bar">
        <h2>{pane.label}</h2>
        {bar.filter((one) => one.kind === "icon" || terminal !== undefined).map((one) => <Any key={one.id} control={one} look={one.kind === "icon" ? "plain" : "command"} />)}
      </div>
      {terminal !== undefined ? <div className="pane-terminal"><ComponentOf control={terminal} /></div>
        : <div className="pane-form"><Body body={{ ...bodyOf(children.filter((one) => one.kind !== "button" && one.kind !== "icon")), commands: [] }} />
          <div className="pressed">{children.filter((one) => one.kind === "button").map((one) => <Any key={one.id} control={one} />)}</div></div>}
    </section>
  );
}
