import type { View } from "../src/protocol";

const files = import.meta.glob<View>("./views/*.json", { eager: true, import: "default" });

/** A view as the server sends it. */
export function recorded(name: string): View {
  const view = files[`./views/${name}.json`];
  if (view === undefined) throw new Error(`no recorded view ${name}`);
  return structuredClone(view);
}
