import { Marked } from "marked";

const renderer = new Marked({ gfm: true, async: false });

/** Markdown as HTML that is not clean yet: it goes to Markup alone. */
export function marked(text: string): string {
  return renderer.parse(text) as string;
}
