import { Button, Spinner } from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons/svg/add";
import { DeleteRegular } from "@fluentui/react-icons/svg/delete";
import { EditRegular } from "@fluentui/react-icons/svg/edit";
import { PlayRegular } from "@fluentui/react-icons/svg/play";
import { TextAddRegular } from "@fluentui/react-icons/svg/text-add";
import { useState } from "react";
import type { CellState } from "../../protocol";
import { type Key, useStrings } from "../../strings/strings";
import { CodeMirror } from "../editor/CodeMirror";
import { Markup } from "../markup";
import { marked } from "./markdown";
import type { CellOnPage } from "./model";
import { OutputOf } from "./Outputs";

const words: Record<CellState, Key> = { queued: "cellQueued", running: "cellRunning", done: "cellDone", failed: "cellFailed" };

interface Props {
  cell: CellOnPage;
  number: number;
  onChange(source: string): void;
  onLeave(): void;
  onRun(): void;
  onAdd(kind: "code" | "markdown"): void;
  onDelete(): void;
}

export function CellView({ cell, number, onChange, onLeave, onRun, onAdd, onDelete }: Props) {
  const t = useStrings();
  const [editing, setEditing] = useState(cell.source === "");
  const name = t("cellNumber", { number });
  const busy = cell.state === "running" || cell.state === "queued";
  const leave = () => {
    onLeave();
    if (cell.kind === "markdown" && cell.source.trim() !== "") setEditing(false);
  };
  return (
    <section className={`cell cell-${cell.kind}`} aria-label={name} data-cell={number - 1} data-state={cell.state ?? ""}>
      <div className="cell-side">
        {cell.kind === "code" && <Button size="small" appearance="subtle" icon={busy ? <Spinner size="extra-tiny" /> : <PlayRegular />} aria-label={`${t("runCell")}: ${name}`} onClick={onRun} />}
        {cell.kind === "code" && <span className="count">[{cell.state === "running" ? "*" : cell.count ?? " "}]</span>}
      </div>
      <div className="cell-main">
        {cell.kind !== "markdown" || editing
          ? <CodeMirror text={cell.source} language={cell.kind === "code" ? "python" : "markdown"} label={name} lines={false} onChange={onChange} onLeave={leave} onRun={cell.kind === "code" ? onRun : leave} />
          : <div className="cell-text" onDoubleClick={() => setEditing(true)}><Markup html={marked(cell.source)} /></div>}
        {cell.state !== null && <span className="unseen" role="status">{`${name}: ${t(words[cell.state])}`}</span>}
        {cell.kind === "code" && cell.outputs.length > 0 && (
          <div className="outputs" role="group" aria-label={`${t("output")}: ${name}`}>{cell.outputs.map((output, index) => <OutputOf key={index} output={output} />)}</div>
        )}
      </div>
      <div className="cell-tools">
        {cell.kind === "markdown" && !editing && <Button size="small" appearance="subtle" icon={<EditRegular />} aria-label={`${t("editCell")}: ${name}`} onClick={() => setEditing(true)} />}
        <Button size="small" appearance="subtle" icon={<AddRegular />} aria-label={`${t("addCode")}: ${name}`} title={t("addCode")} onClick={() => onAdd("code")} />
        <Button size="small" appearance="subtle" aria-label={`${t("addMarkdown")}: ${name}`} title={t("addMarkdown")} icon={<TextAddRegular />} onClick={() => onAdd("markdown")} />
        <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={`${t("deleteCell")}: ${name}`} title={t("deleteCell")} onClick={onDelete} />
      </div>
    </section>
  );
}
