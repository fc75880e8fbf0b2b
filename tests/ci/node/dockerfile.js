// dockerfile.js FILE: {problems, instructions} of a Dockerfile. An instruction is {keyword, text, stage}.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";

const require = createRequire(import.meta.url);
const {validate} = require("dockerfile-utils");
const {DockerfileParser} = require("dockerfile-ast");

const content = readFileSync(process.argv[2], "utf8");
const parsed = DockerfileParser.parse(content);
const instructions = [];
let stage = -1;
for (const one of parsed.getInstructions()) {
  const keyword = one.getKeyword();
  if (keyword === "FROM") stage += 1;
  instructions.push({keyword, stage, text: one.getArgumentsContent() ?? "", from: one.getFromFlag?.()?.getValue() ?? null, name: one.getBuildStage?.() ?? null,
                     image: one.getImage?.() ?? null});
}
const problems = validate(content).map((one) => `${one.range.start.line + 1}: ${one.message}`);
process.stdout.write(JSON.stringify({problems, instructions}));
