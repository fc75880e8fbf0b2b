import type { App, Outcome, View } from "../protocol";
import { openDrafts } from "./drafts";
import { useStore } from "./store";

/** What a program that drives this page can know of it (harness/browse): what the page holds, never a way to change it. */
export interface Shown {
  link: string;
  refused: string | null;
  session: string | null;
  view: View | null;
  apps: App[];
  turn: number;
  /** As the server said it last. */
  time: string;
  acting: number;
  acted: number;
  outcome: Outcome | null;
  /** Texts that are typed and not yet said. */
  typing: number;
}

export function shown(): Shown {
  const { link, refused, session, view, apps, turn, clock, acting, acted, outcome } = useStore.getState();
  return { link, refused, session, view, apps, turn, time: clock?.now ?? "", acting, acted, outcome, typing: openDrafts() };
}

export function tellDrivers(): void {
  Object.defineProperty(window, "azlab", { value: Object.freeze({ shown }) });
}
