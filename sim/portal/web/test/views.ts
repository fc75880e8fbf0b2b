import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { View } from "../src/protocol";

/** A view as the server sends it. */
export function recorded(name: string): View {
  return JSON.parse(readFileSync(join(__dirname, "views", `${name}.json`), "utf8")) as View;
}
