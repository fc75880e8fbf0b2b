import { Button, MessageBar, MessageBarBody, Spinner, Toolbar } from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons/svg/add";
import { FastForwardRegular } from "@fluentui/react-icons/svg/fast-forward";
import { ArrowCounterclockwiseRegular } from "@fluentui/react-icons/svg/arrow-counterclockwise";
import { StopRegular } from "@fluentui/react-icons/svg/stop";
import { useCallback, useEffect, useRef, useState } from "react";
import { onAsked } from "../../live/asked";
import { keepDraft } from "../../live/drafts";
import { ask, onPush } from "../../live/live";
import type { Control, KernelState } from "../../protocol";
import { type Key, useStrings } from "../../strings/strings";
import { CellView } from "./CellView";
import { added, edited, heard, type NotebookState, opened, queued, removed, written } from "./model";

const PAUSE = 800;

const kernelWords: Record<KernelState, Key> = { none: "kernelNone", starting: "kernelStarting", idle: "kernelIdle", busy: "kernelBusy" };

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
  const runAllNow = useRef<() => Promise<void>>(() => Promise.resolve());

  useEffect(() => {
    let gone = false;
    ask("notebook.open", { path }).then((answer) => { if (!gone) show(opened(answer.cells, answer.kernel, answer.kernelState)); }, (error: Error) => { if (!gone) setFailed(error.message); });
    const leave = [
      onPush((push) => {
        if ((push.push !== "notebook" && push.push !== "notebook.kernel" && push.push !== "notebook.cells") || push.path !== path || current.current === null) return;
        if (push.push === "notebook") return show(heard(current.current, push));
        if (push.push === "notebook.cells") {
          // What the person is typing here is not thrown away; it is written next, and counts then.
          if (!dirty.current) show(opened(push.cells, current.current.kernel, current.current.kernelState));
          return;
        }
        show({ ...current.current, kernel: push.kernel, kernelState: push.state });
        if (push.problem !== undefined) setFailed(push.problem);
      }),
      onAsked(control.id, (asked) => { if (asked.does === "runAll") void runAllNow.current(); }),
      keepDraft(() => saveNow.current()),
    ];
    return () => {
      gone = true;
      void saveNow.current();
      for (const one of leave) one();
    };
  }, [path, show, control.id]);

  const change = (next: NotebookState) => {
    show(next);
    dirty.current = true;
    setSaving("waiting");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void saveNow.current(), PAUSE);
  };
  const tell = (promise: Promise<unknown>) => void promise.then(() => setFailed(""), (error: Error) => setFailed(error.message));
  // What is run is what is seen, so it is saved first; a cell that is new is known to the server then.
  const run = async (id: string) => {
    await save();
    const now = current.current;
    const cell = now?.cells.find((one) => one.id === id);
    if (now === null || cell?.kind !== "code") return;
    show(queued(now, id));
    try {
      await ask("notebook.run", { path, cell: id, source: cell.source });
      setFailed("");
    } catch (error) {
      setFailed((error as Error).message);
      if (current.current !== null) show(heard(current.current, { push: "notebook", path, cell: id, state: null, outputs: cell.outputs, count: cell.count }));
    }
  };
  const runAll = async () => {
    await save();
    tell(ask("notebook.runAll", { path }));
  };
  runAllNow.current = runAll;

  if (book === null && failed === "") return <Spinner label={t("loading")} />;
  const running = book?.cells.some((cell) => cell.state === "running" || cell.state === "queued") ?? false;
  return (
    <section className="notebook" data-id={control.id} data-path={path} aria-label={`${t("notebook")} ${path}`}>
      <Toolbar aria-label={t("notebook")} className="command-bar">
        <Button className="command" appearance="subtle" icon={<FastForwardRegular />} onClick={() => void runAll()}>{t("runAll")}</Button>
        <Button className="command" appearance="subtle" icon={<StopRegular />} disabled={!running} onClick={() => tell(ask("notebook.interrupt", { path }))}>{t("interrupt")}</Button>
        <Button className="command" appearance="subtle" icon={<ArrowCounterclockwiseRegular />} disabled={book === null || book.kernelState === "none"} onClick={() => tell(ask("notebook.restart", { path }))}>{t("restartKernel")}</Button>
        <Button className="command" appearance="subtle" icon={<AddRegular />} onClick={() => { if (book !== null) change(added(book, book.cells.length - 1, "code")); }}>{t("addCode")}</Button>
        {book !== null && <span className="quiet" data-kernel={book.kernelState}>{t("kernel")}: {book.kernel}, {t(kernelWords[book.kernelState])}</span>}
        <span className="quiet" role="status">{saving === "waiting" ? t("saving") : saving === "saved" ? t("saved") : ""}</span>
      </Toolbar>
      {failed !== "" && <MessageBar intent="error"><MessageBarBody>{failed}</MessageBarBody></MessageBar>}
      <div className="cells">
        {book?.cells.map((cell, index) => (
          <CellView key={cell.id} cell={cell} number={index + 1}
            onChange={(source) => change(edited(current.current ?? book, cell.id, source))}
            onLeave={() => void save()} onRun={() => void run(cell.id)}
            onAdd={(kind) => change(added(current.current ?? book, index, kind))}
            onDelete={() => change(removed(current.current ?? book, cell.id))} />
        ))}
      </div>
    </section>
  );
}
