import { Button, MessageBar, MessageBarBody, Spinner, Toolbar } from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons/svg/add";
import { FastForwardRegular } from "@fluentui/react-icons/svg/fast-forward";
import { StopRegular } from "@fluentui/react-icons/svg/stop";
import { useCallback, useEffect, useRef, useState } from "react";
import { keepDraft } from "../../live/drafts";
import { ask, onPush } from "../../live/live";
import type { Control } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { CellView } from "./CellView";
import { added, edited, heard, type NotebookState, opened, queued, removed, written } from "./model";

const PAUSE = 800;

export default function Notebook({ control }: { control: Control }) {
  const path = control.value ?? "";
  return <NotebookAt key={path} control={control} path={path} />;
}

function NotebookAt({ control, path }: { control: Control; path: string }) {
  const t = useStrings();
  const [book, setBook] = useState<NotebookState | null>(null);
  const [failed, setFailed] = useState("");
  const [saving, setSaving] = useState<"no" | "waiting" | "saved">("no");
  const current = useRef<NotebookState | null>(null);
  const dirty = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const show = useCallback((next: NotebookState) => {
    current.current = next;
    setBook(next);
  }, []);

  const save = useCallback((): Promise<unknown> | undefined => {
    clearTimeout(timer.current);
    if (!dirty.current || current.current === null) return undefined;
    dirty.current = false;
    return ask("notebook.save", { path, cells: written(current.current) }).then(() => { setSaving("saved"); setFailed(""); }, (error: Error) => {
      dirty.current = true;
      setFailed(t("saveFailed", { why: error.message }));
    });
  }, [path, t]);
  const saveNow = useRef(save);
  saveNow.current = save;

  useEffect(() => {
    let gone = false;
    ask("notebook.open", { path }).then((answer) => { if (!gone) show(opened(answer.cells, answer.kernel)); }, (error: Error) => { if (!gone) setFailed(error.message); });
    const leave = [
      onPush((push) => { if (push.push === "notebook" && push.path === path && current.current !== null) show(heard(current.current, push)); }),
      keepDraft(() => saveNow.current()),
    ];
    return () => {
      gone = true;
      void saveNow.current();
      for (const one of leave) one();
    };
  }, [path, show]);

  const change = (next: NotebookState) => {
    show(next);
    dirty.current = true;
    setSaving("waiting");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void saveNow.current(), PAUSE);
  };
  const tell = (promise: Promise<unknown>) => void promise.then(() => setFailed(""), (error: Error) => setFailed(error.message));
  const run = (key: number) => {
    const now = current.current;
    const index = now?.cells.findIndex((cell) => cell.key === key) ?? -1;
    const cell = now?.cells[index];
    if (now === null || cell === undefined || cell.kind !== "code") return;
    show(queued(now, key));
    tell(ask("notebook.run", { path, cell: index, source: cell.source }));
  };
  const runAll = async () => {
    await save();
    tell(ask("notebook.runAll", { path }));
  };

  if (book === null && failed === "") return <Spinner label={t("loading")} />;
  const running = book?.cells.some((cell) => cell.state === "running" || cell.state === "queued") ?? false;
  return (
    <section className="notebook" data-id={control.id} data-path={path} aria-label={`${t("notebook")} ${path}`}>
      <Toolbar aria-label={t("notebook")} className="command-bar">
        <Button className="command" appearance="subtle" icon={<FastForwardRegular />} onClick={() => void runAll()}>{t("runAll")}</Button>
        <Button className="command" appearance="subtle" icon={<StopRegular />} disabled={!running} onClick={() => tell(ask("notebook.interrupt", { path }))}>{t("interrupt")}</Button>
        <Button className="command" appearance="subtle" icon={<AddRegular />} onClick={() => { if (book !== null) change(added(book, book.cells.length - 1, "code")); }}>{t("addCode")}</Button>
        <span className="quiet">{t("kernel")}: {book?.kernel}</span>
        <span className="quiet" role="status">{saving === "waiting" ? t("saving") : saving === "saved" ? t("saved") : ""}</span>
      </Toolbar>
      {failed !== "" && <MessageBar intent="error"><MessageBarBody>{failed}</MessageBarBody></MessageBar>}
      <div className="cells">
        {book?.cells.map((cell, index) => (
          <CellView key={cell.key} cell={cell} number={index + 1}
            onChange={(source) => change(edited(current.current ?? book, cell.key, source))}
            onLeave={() => void save()} onRun={() => run(cell.key)}
            onAdd={(kind) => change(added(current.current ?? book, index, kind))}
            onDelete={() => change(removed(current.current ?? book, cell.key))} />
        ))}
      </div>
    </section>
  );
}
