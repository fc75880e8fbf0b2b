import type { Act, ActKind, Ask, Asks, Outcome, Push } from "../protocol";
import { tellComponent } from "./asked";
import { flushDrafts } from "./drafts";
import { Link, LostError, type Socket } from "./link";
import { hearPush, showOutcome, showPage, showWelcome, useStore } from "./store";

// The page's one link, and what every control calls.

let link: Link | null = null;
const listeners = new Set<(push: Push) => void>();

const KEPT = "azlab.session";
const SEEN = "azlab.address";

/** Remembers the address that the browser's URL got from the page, so that a reload does not open it anew. */
export function keepAddress(address: string): void {
  sessionStorage.setItem(SEEN, address);
}

export function startLive(connect: () => Socket, wanted: { language?: string; address?: string }): void {
  let language = wanted.language;
  // Opening a page anew would lose what is typed on it; a reloaded page is where its session is.
  const reloaded = sessionStorage.getItem(KEPT) !== null && sessionStorage.getItem(SEEN) === wanted.address;
  let address = reloaded ? undefined : wanted.address;
  link = new Link(connect, () => {
    const session = sessionStorage.getItem(KEPT) ?? undefined;
    language = useStore.getState().session === null ? language : useStore.getState().language;
    return { language, session, address };
  }, {
    state: (state, attempt) => useStore.setState({ link: state, attempt }),
    welcome: (welcome) => {
      // The address asked for is opened once; after a reconnect the person is where they were.
      address = undefined;
      sessionStorage.setItem(KEPT, welcome.session);
      showWelcome(welcome);
    },
    refused: (error) => useStore.setState({ refused: error }),
    push: (push) => {
      hearPush(push);
      for (const listener of listeners) listener(push);
    },
  });
  link.start();
}

export function endLive(): void {
  link?.end();
  link = null;
}

export function ask<K extends Ask>(kind: K, what: Asks[K][0]): Promise<Asks[K][1]> {
  return link === null ? Promise.reject(new LostError(false)) : link.ask(kind, what);
}

export function onPush(listener: (push: Push) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const SPOKEN = "azlab.language";

/** The language chosen in the menu, which stands before the browser's. */
export function chosenLanguage(): string | null {
  return localStorage.getItem(SPOKEN);
}

export function speakLanguage(language: string): void {
  localStorage.setItem(SPOKEN, language);
  useStore.setState({ language });
  link?.greet();
}

async function carryOut(act: Act): Promise<Outcome> {
  useStore.setState((state) => ({ acting: state.acting + 1 }));
  let outcome: Outcome;
  try {
    const answer = await ask("act", act);
    outcome = answer.outcome;
    showPage(answer);
    showOutcome(outcome);
    tellComponent(outcome.asked);
  } catch (error) {
    const lost = error instanceof LostError;
    const text = error instanceof Error ? error.message : String(error);
    outcome = { ok: false, error: text };
    useStore.setState({ message: { text, kind: lost ? "lost" : "error" } });
  }
  useStore.setState((state) => ({ acting: state.acting - 1, acted: state.acted + 1, outcome }));
  return outcome;
}

/** Another person at this browser. */
export async function signIn(user: string): Promise<void> {
  try {
    const answer = await ask("sign-in", { user });
    useStore.setState({ person: answer.person, message: null });
    showPage(answer);
  } catch (error) {
    useStore.setState({ message: { text: error instanceof Error ? error.message : String(error), kind: error instanceof LostError ? "lost" : "error" } });
  }
}

/** Goes on to when what is awaited has changed. */
export async function skipWait(): Promise<void> {
  try {
    const { view, apps, turn, clock } = await ask("clock.skip", {});
    if (view !== undefined && apps !== undefined) showPage({ view, apps, turn });
    if (clock !== undefined) useStore.setState({ clock, clockHeard: Date.now() });
  } catch (error) {
    useStore.setState({ message: { text: error instanceof Error ? error.message : String(error), kind: error instanceof LostError ? "lost" : "error" } });
  }
}

/** What is typed, said without waiting for other drafts. */
export function type(kind: "fill" | "type" | "choose", target: string, value: string): Promise<Outcome> {
  return carryOut({ kind, target, value });
}

/** Everything else: first what was typed elsewhere, then this. */
export async function act(kind: ActKind, target = "", value = ""): Promise<Outcome> {
  await flushDrafts();
  return carryOut({ kind, target, value });
}
