import { FitAddon } from "@xterm/addon-fit";
import { Terminal as Xterm } from "@xterm/xterm";
import { create } from "zustand";
import { TerminalSession, type SessionState } from "./session";

// Terminals live beside the pages: who goes to another page or tab and comes back finds them as they were. A room holds
// the terminals of one machine; it ends with the page in the browser, and each terminal when the person closes it.

export interface Screen {
  key: number;
  xterm: Xterm;
  fit: FitAddon;
  /** Where xterm draws; it moves into whichever page shows it. */
  element: HTMLDivElement;
  session: TerminalSession | null;
  state: SessionState;
  why: string;
}

interface Rooms {
  screens: Record<string, Screen[]>;
  active: Record<string, number>;
}

export const useRooms = create<Rooms>(() => ({ screens: {}, active: {} }));

const colours = { background: "#1e1e1e", foreground: "#e6e6e6", cursor: "#e6e6e6", selectionBackground: "#3a5f8f" };

let nextKey = 1;

/** By machine: what is to be typed once its terminal is there. */
const unsaid = new Map<string, string>();

function patch(machine: string, key: number, change: Partial<Screen>): void {
  useRooms.setState((rooms) => ({
    screens: { ...rooms.screens, [machine]: (rooms.screens[machine] ?? []).map((one) => (one.key === key ? { ...one, ...change } : one)) },
  }));
}

/** What a terminal must leave to the page: a way out for keyboards, and the clipboard. */
function handleKeys(xterm: Xterm): void {
  xterm.attachCustomKeyEventHandler((event) => {
    if (!event.ctrlKey || !event.shiftKey) return true;
    const key = event.key.toLowerCase();
    if (key === "v") return false;
    if (event.type !== "keydown" || (key !== "q" && key !== "c")) return true;
    event.preventDefault();
    if (key === "q") document.getElementById("page-title")?.focus();
    else void navigator.clipboard?.writeText(xterm.getSelection());
    return false;
  });
}

export function connectScreen(machine: string, key: number): void {
  const screen = useRooms.getState().screens[machine]?.find((one) => one.key === key);
  if (screen === undefined) return;
  screen.session?.close();
  const session = new TerminalSession(machine, screen.xterm, (state, why) => patch(machine, key, { state, why }));
  patch(machine, key, { session });
  const text = unsaid.get(machine);
  unsaid.delete(machine);
  if (text !== undefined) session.type(text);
}

/** Typed for the person into the terminal that they see, or as soon as there is one. */
export function typeInto(machine: string, text: string): void {
  const { screens, active } = useRooms.getState();
  const screen = (screens[machine] ?? []).find((one) => one.key === active[machine]);
  if (screen?.session != null && (screen.state === "open" || screen.state === "opening")) return screen.session.type(text);
  unsaid.set(machine, text);
  if (screen?.session != null) connectScreen(machine, screen.key);
}

/** A screen connects when it is first shown, so that the terminal knows its size from the start. */
export function addScreen(machine: string): void {
  const xterm = new Xterm({ theme: colours, fontSize: 14, lineHeight: 1.2, fontFamily: "'Cascadia Mono', 'DejaVu Sans Mono', Consolas, monospace", cursorBlink: true, scrollback: 5000, screenReaderMode: true });
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  handleKeys(xterm);
  const element = document.createElement("div");
  element.className = "terminal-place";
  const screen: Screen = { key: nextKey++, xterm, fit, element, session: null, state: "opening", why: "" };
  useRooms.setState((rooms) => ({
    screens: { ...rooms.screens, [machine]: [...(rooms.screens[machine] ?? []), screen] },
    active: { ...rooms.active, [machine]: screen.key },
  }));
}

export function closeScreen(machine: string, key: number): void {
  const { screens, active } = useRooms.getState();
  const room = screens[machine] ?? [];
  const gone = room.find((one) => one.key === key);
  const left = room.filter((one) => one.key !== key);
  gone?.session?.close();
  gone?.xterm.dispose();
  gone?.element.remove();
  useRooms.setState({
    screens: { ...screens, [machine]: left },
    active: { ...active, [machine]: active[machine] === key ? left[left.length - 1]?.key ?? 0 : active[machine] ?? 0 },
  });
}

export function chooseScreen(machine: string, key: number): void {
  useRooms.setState((rooms) => ({ active: { ...rooms.active, [machine]: key } }));
}
