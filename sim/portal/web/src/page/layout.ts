import type { Control, View } from "../protocol";
import { type Block, blocksOf, keyOfBlock } from "./tables";

// Where on the page a control is drawn. It depends on kinds and order alone, never on what a page is about.

export interface Body {
  /** Buttons and the like above what the page shows. */
  commands: Control[];
  blocks: Block[];
}

export interface Layout extends Body {
  chrome: Control[];
  panes: Control[];
  heading: string;
  /** The control that says the heading; empty: the page's title does. */
  headingId: string;
  /** What the page is, where the heading names the thing that it is about. */
  subtitle: string;
  steps: Control[];
  tabs: Control[];
  /** A resource's menu at the left: its tabs and the links to its other pages. */
  menu: Control[];
  /** A form's buttons, the one that carries it out first. */
  footer: Control[];
  files: Control | null;
  /** What stands before the tabs of a page that has any. */
  above: Block[];
  /** A component that takes the page's whole height: everything else stands in a bar above it. */
  work: Control[];
}

const pressed = new Set(["button", "icon", "menu"]);
const heavy = new Set(["editor", "terminal", "notebook"]);

export function isStep(control: Control): boolean {
  return control.kind === "tab" && control.id.includes("step:");
}

export function valueOfOption(field: Control, option: Control): string {
  return option.id.slice(field.id.length + 1);
}

/** The page's buttons up to the first table or field are its command bar; those after it stand where they are. */
export function bodyOf(controls: Control[]): Body {
  const first = controls.findIndex((one) => one.table !== undefined || one.kind === "field");
  const end = first < 0 ? controls.length : first;
  const commands = controls.slice(0, end).filter((one) => pressed.has(one.kind));
  return { commands, blocks: blocksOf(controls.filter((one) => !commands.includes(one))) };
}

function footerOf(view: View, controls: Control[]): Control[] {
  if (!view.commit) return [];
  const buttons = controls.filter((one) => one.kind === "button");
  return [...buttons.filter((one) => one.id === view.commit), ...buttons.filter((one) => one.id !== view.commit)];
}

export function layoutOf(view: View): Layout {
  const chrome = view.controls.filter((one) => one.chrome);
  const isPane = (one: Control) => one.kind === "component" && one.format === "pane";
  const panes = view.controls.filter((one) => !one.chrome && isPane(one));
  let rest = view.controls.filter((one) => !one.chrome && !isPane(one));

  let heading = view.title;
  let headingId = "";
  let subtitle = "";
  const first = rest[0];
  if (!view.dialog && !view.commit && first?.kind === "text" && first.table === undefined) {
    heading = first.label;
    headingId = first.id;
    subtitle = view.title;
    rest = rest.slice(1);
  }

  const steps = rest.filter(isStep);
  const footer = footerOf(view, rest);
  rest = rest.filter((one) => !steps.includes(one) && !footer.includes(one));

  const files = rest.find((one) => one.kind === "component" && one.format === "files") ?? null;
  const work = rest.filter((one) => one.kind === "component" && heavy.has(one.format ?? ""));
  rest = rest.filter((one) => one !== files && !work.includes(one));

  let tabs = rest.filter((one) => one.kind === "tab");
  rest = rest.filter((one) => !tabs.includes(one));
  let menu: Control[] = [];
  const links = rest.filter((one) => one.kind === "link");
  if (view.app === "portal" && !view.dialog && !view.commit && tabs.length > 0 && links.length > 0) {
    menu = [...tabs, ...links];
    tabs = [];
    rest = rest.filter((one) => !links.includes(one));
  }
  const firstTab = view.controls.findIndex((one) => one.kind === "tab" && !one.chrome);
  const isAbove = (one: Control) => tabs.length + steps.length > 0 && view.controls.indexOf(one) < firstTab;
  const bench = files !== null || work.length > 0;
  const body = bench ? { commands: [...tabs, ...rest], blocks: [] } : bodyOf(rest);
  const above = bench ? [] : blocksOf(rest.filter((one) => isAbove(one) && !body.commands.includes(one)));
  const keys = new Set(above.map(keyOfBlock));
  body.blocks = body.blocks.filter((one) => !keys.has(keyOfBlock(one)));
  if (bench) tabs = [];
  return { chrome, panes, heading, headingId, subtitle, steps, tabs, menu, footer, files, above, work, ...body };
}
