// A simulated Azure for tests in Node: starts `azlab serve`, hands its environment out, speaks its admin interface.
//
//   const azure = await Azlab.start("--scenario", "typical");
//   await azure.arm("too-many-requests-generic@resourceGroups.create:request:1");
//   … a client in a process of its own, with { env: azure.environ() } …
//   assert.equal((await azure.requests("resourceGroups.create")).retries, 1);
//   await azure.stop();
//
// No dependencies, Node 18 and later. One object is one simulator with ports and files of its own. The process ends with this
// one, even where this one is killed.
import { spawn } from "node:child_process";
import http from "node:http";
import { createInterface } from "node:readline";

/** What azlab refused, in its own words. `status` and `code` are those of the admin interface; 0 and "" before it is there. */
export class AzlabError extends Error {
  constructor(message, status = 0, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const matches = (pattern, name) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name);

export class Azlab {
  /** Starts one; `options` are those of `azlab serve`. The program is $AZLAB, or `azlab` on PATH. */
  static async start(...options) {
    const azure = new Azlab();
    await azure.#begin(process.env.AZLAB ?? "azlab", options);
    return azure;
  }

  #process;
  #ended;
  #said = "";
  #environment = {};
  #unset = [];

  async #begin(program, options) {
    this.#process = spawn(program, ["serve", "--admin-port", "0", "--ready", "-", "--until-stdin-ends", ...options], { stdio: ["pipe", "pipe", "pipe"] });
    this.#process.stderr.on("data", (piece) => (this.#said += piece));
    this.#ended = new Promise((resolve) => {
      this.#process.once("error", (error) => { this.#said += error.message; resolve(); });
      this.#process.once("close", resolve);
    });
    const line = await Promise.race([new Promise((resolve) => createInterface(this.#process.stdout).once("line", resolve)), this.#ended]);
    if (line === undefined) throw new AzlabError(this.#said.trim() || `${program} ended`);
    const ready = JSON.parse(line);
    this.proxy = ready.proxy;
    this.admin = ready.admin;
    this.#environment = ready.environment;
    this.#unset = ready.unset;
  }

  /** Ends it. */
  async stop() {
    this.#process.stdin.end();
    await this.#ended;
  }

  /** What it wrote on standard error; at the end, the summary of the run. */
  said() { return this.#said; }

  /** The environment of a client: `base` without what leads elsewhere, with azlab's settings. */
  environ(base = process.env) {
    const kept = Object.entries(base).filter(([name]) => !this.#unset.some((pattern) => matches(pattern, name)));
    return { ...Object.fromEntries(kept), ...this.#environment };
  }

  /** One request of the admin interface (docs/admin.md); the JSON of its answer, null when it has none. */
  call(method, path, body = undefined, query = {}) {
    const wanted = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)])).toString();
    const data = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      // Not fetch: that may be led through the proxy.
      const request = http.request(this.admin + path + (wanted ? `?${wanted}` : ""), { method, headers: data ? { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(data) } : {} }, (answer) => {
        const pieces = [];
        answer.on("data", (piece) => pieces.push(piece));
        answer.on("end", () => {
          const text = Buffer.concat(pieces).toString();
          const json = text ? JSON.parse(text) : null;
          if (answer.statusCode < 400) resolve(json);
          else reject(new AzlabError(json.error.message, answer.statusCode, json.error.code));
        });
      });
      request.on("error", reject);
      request.end(data);
    });
  }

  /** What clients asked of one operation, over all places: count, retries, statuses, waits (simulated seconds). */
  async requests(operation = undefined, filters = {}) {
    const { requests } = await this.call("GET", "/requests", undefined, { operation, ...filters });
    const sum = (name) => requests.reduce((total, one) => total + one[name], 0);
    return { count: sum("count"), retries: sum("retries"), statuses: requests.flatMap((one) => one.statuses), waits: requests.flatMap((one) => one.waits), places: requests.map((one) => one.place) };
  }

  /** Every entry that fits. */
  async journal(filters = {}) {
    const entries = [];
    for (let after = 0; after !== null; ) {
      const page = await this.call("GET", "/journal", undefined, { ...filters, after });
      entries.push(...page.entries);
      after = page.next;
    }
    return entries;
  }

  async unknown() { return (await this.call("GET", "/unknown")).requests; }
  async now() { return (await this.call("GET", "/clock")).now; }
  async advance(seconds) { return (await this.call("POST", "/clock/advance", { seconds })).now; }

  /** { operation }, { resource, state } or { resource, gone: true }, { time }, { idle: true }; false when it did not come to that. */
  async runUntil(condition) {
    for (;;) {
      const ended = await this.call("POST", "/clock/run-until", condition);
      if (ended.stoppedBy !== "held") return ended.met;
      await new Promise((resolve) => setTimeout(resolve, 50)); // a process of azlab runs, and real time is what it takes
    }
  }

  /** Arms a fault; { operation, resource, phase, times } say where, else the catalogue does. Its number. */
  async arm(fault, where = {}) { return (await this.call("POST", "/faults", { fault, ...where })).number; }
  async hits(number) { return (await this.call("GET", "/faults")).faults.find((fault) => fault.number === number).hits; }
  async disarm(number = undefined) { await this.call("DELETE", number === undefined ? "/faults" : `/faults/${number}`); }

  /** Begins anew; { scenario, seed } if given. */
  async reset(changed = {}) { return this.call("POST", "/reset", changed); }
}
