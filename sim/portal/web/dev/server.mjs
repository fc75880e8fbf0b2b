// A mock of the server for looking at the page and for its tests: serves dist under the real policy and plays scenes.
// node dev/server.mjs [port]
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { WebSocketServer } from "ws";
import { lab, notebook, operations, rg, scenes, ways, withShell } from "./scenes.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const kinds = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** At least as strict as the real one (sim/net/site_guard.cpp). */
export const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async function serve(request, response) {
  const path = normalize(new URL(request.url, "http://localhost").pathname).replace(/^\/+/, "") || "index.html";
  try {
    const body = gzipSync(await readFile(join(dist, path)));
    response.writeHead(200, { "Content-Type": kinds[extname(path)] ?? "application/octet-stream", "Content-Encoding": "gzip", "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff" });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

/** One person's browser: the scene of each app, what is typed, the pane. */
class Person {
  language = "en";
  apps = ["portal"];
  at = { portal: "home", studio: "compute" };
  before = "home";
  pane = false;
  typed = new Map();
  acts = [];

  view() {
    const scene = structuredClone(scenes(this.language)[this.at[this.apps[0]]]);
    const fill = (controls) => controls.forEach((one) => {
      if (this.typed.has(one.id)) {
        one.value = this.typed.get(one.id);
        for (const option of one.children ?? []) if (option.kind === "option") option.value = option.id === `${one.id}/${one.value}` ? "selected" : undefined;
        if (one.hint === one.value) scene.controls.forEach((other) => { if (other.id === "delete") { delete other.enabled; delete other.hint; } });
      }
      fill(one.children ?? []);
    });
    fill(scene.controls);
    return this.pane && scene.app === "portal" ? withShell(scene) : scene;
  }

  page() {
    const view = this.view();
    return { view, apps: this.apps, ...(view.dialog ? { under: scenes(this.language)[this.before] } : {}) };
  }

  go(name) {
    const wanted = name === "back" ? this.before : name;
    this.before = this.at[this.apps[0]];
    const { app } = scenes(this.language)[wanted];
    this.apps = [app, ...this.apps.filter((one) => one !== app)];
    this.at[app] = wanted;
  }

  act({ kind, target, value }) {
    this.acts.push({ kind, target, value });
    if (["fill", "type", "choose", "toggle"].includes(kind)) this.typed.set(target, value);
    if (kind === "switch-tab") this.apps = [value, ...this.apps.filter((one) => one !== value)];
    if (kind === "close-tab") this.apps = this.apps.slice(1);
    if (kind === "cancel") this.go("back");
    if (kind === "open") {
      const found = Object.entries(scenes(this.language)).find(([, view]) => view.address === value);
      if (found === undefined) return { ok: false, error: `the page ${value} is not simulated`, notSimulated: true };
      this.go(found[0]);
    }
    if (kind === "click") {
      if (target === "portal.shell") this.pane = true;
      if (target === "shell.close") this.pane = false;
      if (target === "manageView") return { ok: false, error: "views of the list", notSimulated: true };
      if (target === "restart") return { ok: false, error: "OperationNotAllowed: The compute instance ci-one is not running." };
      if (ways[target] !== undefined) this.go(ways[target]);
    }
    return { ok: true };
  }
}

function answer(person, message, push) {
  switch (message.ask) {
    case "hello":
      person.language = message.language === "fr" ? "fr" : message.language ?? "en";
      if (message.address) person.act({ kind: "open", target: "", value: message.address });
      setTimeout(() => push({ push: "notice", id: "d", title: "Deployment succeeded", text: "Deployment 'lab-1' to resource group 'rg' was successful.", state: "done", at: "2026-11-23T09:00:00Z" }), 50);
      return { session: person.key, language: person.language, languages: ["en", "fr", "de", "ja"], person: { name: "Alex Martin", user: "alex.martin@contoso-labs.example" },
        ...person.page(), clock: { now: "2026-11-23T09:12:30Z", speed: 60, waiting: [{ operation: "computes.start", resource: `${rg}/computes/ci-one`, name: "ci-one" }], next: "2026-11-23T09:15:00Z" }, ...(server.lab ? { lab } : {}) };
    case "act": {
      const outcome = person.act(message);
      return { outcome, ...person.page() };
    }
    case "view": return person.page();
    case "get": return { status: 200, body: operations };
    case "terminal.open":
      person.terminals = (person.terminals ?? 0) + 1;
      setTimeout((terminal) => push({ push: "terminal", terminal, data: `alex@${message.machine || "cloudshell"}:~$ ` }), 20, `t${person.terminals}`);
      return { terminal: `t${person.terminals}` };
    case "terminal.type":
      push({ push: "terminal", terminal: message.terminal, data: message.data === "\r" ? "\r\n$ " : message.data });
      return {};
    case "notebook.open": return { kernelState: "none", ...notebook };
    case "notebook.run":
      push({ push: "notebook", path: message.path, cell: message.cell, state: "running", outputs: [], count: null });
      setTimeout(() => push({ push: "notebook", path: message.path, cell: message.cell, state: "done", count: 7, outputs: [{ output_type: "stream", name: "stdout", text: `ran ${message.source.length} characters\n` }] }), 200);
      return {};
    case "clock.skip":
      push({ push: "clock", now: "2026-11-23T09:15:00Z", speed: 1, waiting: [], next: null });
      return {};
    case "lab.hint": return { hint: "In the portal: Resource groups, then Create.", more: false };
    case "lab.mark":
      setTimeout(() => push({ push: "lab", ...lab, steps: lab.steps.map((step) => ({ ...step, items: step.items.map((item) => (item.id === message.item ? { ...item, done: message.done } : item)) })) }), 20);
      return {};
    default: return {};
  }
}

const people = new Map();

export const server = { lab: false, drop: () => undefined, people };

export function start(port) {
  const http = createServer((request, response) => void serve(request, response));
  const sockets = new WebSocketServer({ server: http, path: "/live" });
  server.drop = () => sockets.clients.forEach((one) => one.terminate());
  sockets.on("connection", (socket) => {
    let person = new Person();
    const push = (message) => socket.send(JSON.stringify(message));
    socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      if (message.ask === "hello") {
        person = people.get(message.session) ?? person;
        person.key ??= `s${people.size + 1}`;
        people.set(person.key, person);
      }
      push({ re: message.id, ...answer(person, message, push) });
    });
  });
  return new Promise((resolve) => http.listen(port, "127.0.0.1", () => resolve(http)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 4180);
  server.lab = process.argv.includes("--lab");
  await start(port);
  console.log(`http://127.0.0.1:${port}/`);
}
