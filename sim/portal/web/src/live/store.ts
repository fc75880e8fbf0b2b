import { create } from "zustand";
import type { App, Clock, Lab, Notification, Outcome, Page, Push, View, Welcome } from "../protocol";
import type { LinkState } from "./link";

export type Theme = "system" | "light" | "dark";

/** A message bar: what a refused act said. */
export interface Message {
  text: string;
  kind: "error" | "not-simulated" | "lost";
}

export interface State {
  link: LinkState;
  attempt: number;
  refused: string | null;
  session: string | null;
  language: string;
  languages: string[];
  person: { name: string; user: string } | null;
  people: { name: string; user: string; job?: string }[];
  view: View | null;
  /** The page under a dialog, or the view itself where it is no dialog. */
  under: View | null;
  apps: App[];
  clock: Clock | null;
  /** When the clock's word arrived, by the page's own clock: between words it goes on at its speed. */
  clockHeard: number;
  lab: Lab | null;
  notifications: Notification[];
  unseen: number;
  message: Message | null;
  /** How many acts are under way, and how many were answered or lost. */
  acting: number;
  acted: number;
  /** What the last of them said. */
  outcome: Outcome | null;
  /** The server's count of how often the page looked otherwise; 0 where it says none. */
  turn: number;
  theme: Theme;
}

export const initial: State = {
  link: "connecting", attempt: 0, refused: null, session: null, language: "en", languages: [], person: null, people: [],
  view: null, under: null, apps: [], clock: null, clockHeard: 0, lab: null, notifications: [], unseen: 0, message: null, acting: 0, acted: 0, outcome: null, turn: 0, theme: "system",
};

export const useStore = create<State>(() => ({ ...initial }));

export function showPage(page: Page): void {
  useStore.setState({ view: page.view, apps: page.apps, turn: page.turn ?? 0, under: page.view.dialog ? page.under ?? null : page.view });
}

export function showWelcome(welcome: Welcome): void {
  useStore.setState({
    refused: null, session: welcome.session, language: welcome.language, languages: welcome.languages, person: welcome.person, people: welcome.people ?? [],
    clock: welcome.clock, clockHeard: Date.now(), lab: welcome.lab ?? null,
  });
  if (welcome.notices !== undefined) {
    // In the language of this welcome, and none of them new.
    useStore.setState({ notifications: [...welcome.notices].reverse() });
  }
  showPage(welcome);
  if (welcome.outcome !== undefined) {
    useStore.setState({ outcome: welcome.outcome });
    showOutcome(welcome.outcome);
  }
}

export function showOutcome(outcome: Outcome): void {
  if (outcome.ok) return useStore.setState({ message: null });
  useStore.setState({ message: { text: outcome.error ?? "", kind: outcome.notSimulated ? "not-simulated" : "error" } });
}

/** A notification with a known id takes the place of its earlier state. */
export function withNotification(list: Notification[], one: Notification): Notification[] {
  return [one, ...list.filter((other) => other.id !== one.id)].slice(0, 100);
}

export function hearPush(push: Push): void {
  if (push.push === "view") showPage(push);
  if (push.push === "clock") useStore.setState({ clock: push, clockHeard: Date.now() });
  if (push.push === "lab") useStore.setState({ lab: push });
  if (push.push === "notice") {
    useStore.setState((state) => ({ notifications: withNotification(state.notifications, push), unseen: state.unseen + 1 }));
  }
}
