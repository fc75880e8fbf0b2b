import { ChevronDownRegular } from "@fluentui/react-icons/svg/chevron-down";
import { ChevronRightRegular } from "@fluentui/react-icons/svg/chevron-right";
import { DocumentRegular } from "@fluentui/react-icons/svg/document";
import { FolderRegular } from "@fluentui/react-icons/svg/folder";
import { NotebookRegular } from "@fluentui/react-icons/svg/notebook";
import { useCallback, useEffect, useRef, useState } from "react";
import { onAsked } from "../../live/asked";
import { act } from "../../live/live";
import { useStore } from "../../live/store";
import { Any } from "../../page/Controls";
import type { Control } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { downloadFile } from "../transfer";
import { type Chooser, Uploads } from "../Uploads";

export interface TreeRow { control: Control; depth: number; folder: boolean; open: boolean; path: string; place: number; of: number }

/** The tree as the list of what is in sight. */
export function rowsOf(files: Control): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (list: Control[], depth: number) => {
    const here = list.filter((one) => one.kind === "row");
    here.forEach((one, index) => {
      const folder = one.value === "directory";
      const children = one.children ?? [];
      rows.push({ control: one, depth, folder, open: folder && children.length > 0, path: one.id.slice(files.id.length + 1), place: index + 1, of: here.length });
      add(children, depth + 1);
    });
  };
  add(files.children ?? [], 1);
  return rows;
}

export function Files({ control }: { control: Control }) {
  const t = useStrings();
  const rows = rowsOf(control);
  const [focused, setFocused] = useState("");
  const tree = useRef<HTMLUListElement>(null);
  const at = Math.max(0, rows.findIndex((row) => row.control.id === focused));
  // Files go where the person is: the folder in focus, or the folder of the file in focus, or the deepest open one.
  const here = rows.find((row) => row.control.id === focused) ?? [...rows].reverse().find((row) => row.folder);
  const folder = here === undefined ? "" : here.folder ? here.path : here.path.split("/").slice(0, -1).join("/");

  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
    if (row === undefined) return;
    setFocused(row.control.id);
    tree.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(row.control.id)}"]`)?.focus();
  };
  const press = (row: TreeRow) => {
    setFocused(row.control.id);
    void act("click", row.control.id);
  };
  const key = (event: React.KeyboardEvent, row: TreeRow, index: number) => {
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(index + 1), ArrowUp: () => go(index - 1), Home: () => go(0), End: () => go(rows.length - 1),
      Enter: () => press(row), " ": () => press(row),
      ArrowRight: () => (row.folder && !row.open ? press(row) : go(index + 1)),
      ArrowLeft: () => (row.folder && row.open ? press(row) : go(rows.slice(0, index).map((one) => one.depth).lastIndexOf(row.depth - 1))),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
  const refresh = useCallback(() => void act("refresh"), []);
  const chooser = useRef<Chooser | null>(null);
  useEffect(() => onAsked(control.id, ({ does, text }) => {
    if (does === "upload") chooser.current?.files();
    if (does === "uploadFolder") chooser.current?.folder();
    if (does === "download") downloadFile(text).catch((error: Error) => useStore.setState({ message: { text: error.message, kind: "error" } }));
  }), [control.id]);

  return (
    <section className="files" data-id={control.id} aria-label={control.label}>
      <div className="files-bar">
        <h2>{control.label}</h2>
        {(control.children ?? []).filter((one) => one.kind !== "row").map((one) => <Any key={one.id} control={one} look={one.kind === "menu" ? "command" : "plain"} />)}
        <Uploads folder={folder} dropOn={tree} done={refresh} chooser={chooser} />
      </div>
      <ul className="tree" role="tree" aria-label={control.label} ref={tree}>
        {rows.map((row, index) => (
          <li key={row.control.id} role="treeitem" data-id={row.control.id} data-path={row.path} aria-level={row.depth} aria-posinset={row.place} aria-setsize={row.of}
            aria-expanded={row.folder ? row.open : undefined} aria-selected={row.control.id === focused} tabIndex={index === at ? 0 : -1} style={{ paddingInlineStart: 8 + (row.depth - 1) * 16 }}
            onClick={() => press(row)} onKeyDown={(event) => key(event, row, index)} onFocus={() => setFocused(row.control.id)}>
            <span className="tree-fold" aria-hidden>{row.folder && (row.open ? <ChevronDownRegular /> : <ChevronRightRegular />)}</span>
            {row.folder ? <FolderRegular aria-hidden /> : row.control.label.endsWith(".ipynb") ? <NotebookRegular aria-hidden /> : <DocumentRegular aria-hidden />}
            <span className="tree-name">{row.control.label}</span>
            <span className="unseen">{t(row.folder ? "folder" : "file")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
