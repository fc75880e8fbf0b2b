// A loader: GitHub's parser imports its schemas as JSON in the way of bundlers, without the attribute that node wants.
import {readFile} from "node:fs/promises";

export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return {format: "module", shortCircuit: true, source: `export default ${await readFile(new URL(url), "utf8")};`};
}
