import { useCallback, useEffect, useRef, useState } from "react";
import { keepDraft } from "../live/drafts";
import { type as say } from "../live/live";

const PAUSE = 350;

/** A text that is typed here and lives in the session. While the person types, their text stands, whatever arrives; it is
 *  said after a pause, when the control is left, and before anything is pressed. */
export function useDraft(kind: "fill" | "type", target: string, value: string, pause = PAUSE) {
  const [draft, setDraft] = useState<string | null>(null);
  const current = useRef<string | null>(null);
  /** Said, and not accepted yet or refused: that is not said again. */
  const said = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const flush = useCallback((): Promise<unknown> | undefined => {
    clearTimeout(timer.current);
    const text = current.current;
    if (text === null || text === said.current) return undefined;
    said.current = text;
    return say(kind, target, text).then((outcome) => {
      // A refused text stays, with its error; an accepted one is the session's from now on.
      if (outcome.ok && current.current === text) {
        current.current = null;
        said.current = null;
        setDraft(null);
      }
    });
  }, [kind, target]);

  useEffect(() => keepDraft(flush, () => current.current !== null && current.current !== said.current), [flush]);
  useEffect(() => () => { void flush(); }, [flush]);

  const change = useCallback((text: string) => {
    current.current = text;
    said.current = null;
    setDraft(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void flush(), pause);
  }, [flush, pause]);

  return { text: draft ?? value, change, flush, dirty: draft !== null };
}
