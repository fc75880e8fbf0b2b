// What page and server say to each other: JSON texts over one WebSocket at /live. The C++ side of a view is
// sim/portal/view_json.hpp; members that are empty or false are left out there, hence the question marks here.
//
// A client asks {"id": n, "ask": kind, ...}; the answer is {"re": n, ...} or {"re": n, "error": "one line"}.
// The server pushes {"push": kind, ...} whenever it likes.
//
// The key of the site is the server's affair alone: its link sets a cookie that scripts cannot read.
//
// What the page can use and the server may not say yet is marked "optional to the server"; the page does without.

export type ControlKind =
  | "button" | "link" | "icon" | "menu" | "tab" | "field" | "option" | "toggle" | "row" | "status" | "text" | "component";

export interface Control {
  id: string;
  kind: ControlKind;
  label: string;
  labelEn?: string;
  enabled?: false;
  busy?: boolean;
  required?: boolean;
  /** The label is English, whatever the session's language. */
  untranslated?: boolean;
  unverified?: boolean;
  /** Fields and status: text; toggles: on/off; tabs, options and rows: "selected"; an editor: its text;
   *  a terminal: the machine; a notebook: its path; a chart: JSON of `Series[]`, or an address that answers it or MLflow's
   *  history of a metric; a deployment:
   *  the deployment's id. */
  value?: string;
  options?: string[];
  /** A field with options that takes a name of the person's own, too. */
  free?: boolean;
  error?: string;
  /** Fields: what is to be typed; what is disabled: why; an editor: the path of its file. */
  hint?: string;
  /** Fields: "time", "radio", "search" (Enter carries it out), …; components: their name. An editor that is not enabled is only read. */
  format?: string;
  table?: string;
  chrome?: boolean;
  /** Other spellings of the label; said only where a program walks through the page (harness/browse). */
  also?: string[];
  children?: Control[];
}

export type App = "portal" | "studio";

export interface View {
  screen: string;
  app: App;
  title: string;
  address: string;
  complete?: boolean;
  absent?: boolean;
  dialog?: boolean;
  /** A dialog that asks for nothing. */
  popup?: boolean;
  commit?: string;
  step?: string;
  wayOut?: string[];
  notices?: string[];
  controls: Control[];
}

export type ActKind =
  | "click" | "fill" | "choose" | "toggle" | "open" | "search" | "refresh" | "type"
  | "dismiss" | "cancel" | "close-tab" | "close-pane" | "switch-tab";

export interface Act {
  kind: ActKind;
  target: string;
  value: string;
}

export interface Outcome {
  ok: boolean;
  error?: string;
  opened?: string;
  notSimulated?: boolean;
  /** What the press asks of a component of the page that is seen then; the component carries it out. */
  asked?: Asked;
}

export interface Asked {
  /** Id of the control. */
  component: string;
  /** Notebook: "runAll"; terminal: "type"; files: "upload", "uploadFolder", "download". */
  does: string;
  /** What a terminal types; the path of a file. */
  text: string;
}

/** Something that a person waits for. */
export interface Awaited {
  /** "workspaces.create"; of a job "job". */
  operation: string;
  resource: string;
  name: string;
}

export interface Clock {
  now: string;
  /** 1 while the learner works, more while something awaited is pending; 0: it stands until it is moved. */
  speed: number;
  waiting: (Awaited | string)[];
  /** When the next of what is awaited ends. */
  next: string | null;
}

export interface Notification {
  id: string;
  title: string;
  text: string;
  state: "running" | "done" | "failed" | "info";
  at: string;
}

export interface LabItem {
  id: string;
  text: string;
  /** The instruction as markup, which the page cleans; without it, `text` is drawn. */
  html?: string;
  done: boolean;
  /** Nobody can see whether it is done: the person ticks it, and it does not count. */
  byHand?: boolean;
  optional?: boolean;
  hint?: string;
}

export interface LabStep {
  id: string;
  heading: string;
  /** Markup of the lab's text; the page cleans it before it is drawn. */
  text: string;
  items: LabItem[];
}

export interface Lab {
  steps: LabStep[];
  score: { got: number; of: number };
}

export interface Page {
  view: View;
  /** The page on which the dialog lies that the view is. */
  under?: View;
  apps: App[];
  /** Counted up whenever the page looks otherwise (optional to the server). */
  turn?: number;
}

export interface Welcome extends Page {
  session: string;
  language: string;
  languages: string[];
  person: { name: string; user: string };
  /** Invented persons who can sign in, without a password. */
  people?: { name: string; user: string; job?: string }[];
  clock: Clock;
  lab?: Lab;
  /** What happened before, the oldest first (optional to the server). */
  notices?: Notification[];
  /** Of the address that was asked for. */
  outcome?: Outcome;
}

/** An output of a notebook's cell, as nbformat 4 writes it. */
export interface Output {
  output_type: "stream" | "display_data" | "execute_result" | "error";
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

/** What of a cell is the page's to say. Its id holds as long as the notebook is open; a new cell's is the page's to choose. */
export interface CellText {
  /** Of letters, digits, - and _, at most 64. */
  id: string;
  kind: "code" | "markdown" | "raw";
  source: string;
}

export interface Cell extends CellText {
  outputs: Output[];
  count: number | null;
  /** Absent: it did not run since the notebook was opened. */
  state?: CellState;
}

export type CellState = "queued" | "running" | "done" | "failed";

export type KernelState = "none" | "starting" | "idle" | "busy";

export interface Series {
  name: string;
  /** [step, value] by step. */
  points: [number, number][];
}

/** Each kind of question: what is sent with it, and what comes back. */
export interface Asks {
  hello: [{ language?: string; session?: string; address?: string }, Welcome];
  /** Another person at this browser; it begins at the portal's home. */
  "sign-in": [{ user: string }, Page & { person: { name: string; user: string } }];
  act: [Act, Page & { outcome: Outcome }];
  view: [object, Page];
  get: [{ url: string }, { status: number; body: unknown }];
  /** `path`: of the notebook share, or of Cloud Shell's home when it begins with "~/". `data` is base64; a file may come in parts. */
  upload: [{ path: string; data: string; last: boolean }, object];
  download: [{ path: string }, { data: string }];
  /** `machine`: the component's value; empty: Cloud Shell. Several may be open, and they outlive the page that shows them. */
  "terminal.open": [{ machine: string; columns: number; rows: number }, { terminal: string }];
  "terminal.type": [{ terminal: string; data: string }, object];
  "terminal.size": [{ terminal: string; columns: number; rows: number }, object];
  "terminal.close": [{ terminal: string }, object];
  "notebook.open": [{ path: string }, { cells: Cell[]; kernel: string; kernelState: KernelState }];
  /** Runs it behind what is queued, on the kernel and compute that the page's controls name; `cell` is its id. */
  "notebook.run": [{ path: string; cell: string; source: string }, object];
  /** The cells as they were saved last. */
  "notebook.runAll": [{ path: string }, object];
  "notebook.interrupt": [{ path: string }, object];
  "notebook.restart": [{ path: string }, object];
  /** Sources and their order are the page's to say; outputs are the server's. */
  "notebook.save": [{ path: string; cells: CellText[] }, object];
  /** The answer is the page as it is then; no push follows for what it shows. */
  "clock.skip": [object, Partial<Page> & { clock?: Clock }];
  /** `more`: asked again, the hint is more exact. */
  "lab.hint": [{ item: string }, { hint?: string; more?: boolean }];
  /** Of items that are ticked by hand alone. A push of the lab follows. */
  "lab.mark": [{ item: string; done: boolean }, object];
}

export type Ask = keyof Asks;

export type Push =
  | ({ push: "view" } & Page)
  | { push: "terminal"; terminal: string; data: string }
  | { push: "terminal.ended"; terminal: string }
  /** Of the cell with this id; null: it is not queued any more, and did not run. */
  | { push: "notebook"; path: string; cell: string; state: CellState | null; outputs: Output[]; count: number | null }
  /** Another page wrote it. */
  | { push: "notebook.cells"; path: string; cells: Cell[] }
  | { push: "notebook.kernel"; path: string; kernel: string; state: KernelState; problem?: string }
  | ({ push: "clock" } & Clock)
  | ({ push: "notice" } & Notification)
  | ({ push: "lab" } & Lab);

export type Answer = { re: number; error?: string } & Record<string, unknown>;

export function isAnswer(message: unknown): message is Answer {
  return typeof message === "object" && message !== null && typeof (message as { re?: unknown }).re === "number";
}

export function isPush(message: unknown): message is Push {
  return typeof message === "object" && message !== null && typeof (message as { push?: unknown }).push === "string";
}
