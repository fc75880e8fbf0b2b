// What the tests of the learner's site share: azlab serve, and a Chromium in front of it.
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const require = createRequire(process.env.AZLAB_PAGE_BUILD + "/package.json");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** azlab serve with a site; ends with `stop`. */
export async function serve(...options) {
  const child = spawn(process.env.AZLAB, ["serve", "--ready", "-", "--until-stdin-ends", "--site-port", "0", "--no-prepare", "--time", "1x", ...options], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => { said += text; });
  const ready = await new Promise((done, failed) => {
    let text = "";
    child.stdout.on("data", (more) => { text += more; if (text.includes("\n")) done(JSON.parse(text)); });
    child.on("exit", (status) => failed(new Error(`azlab serve ended with ${status}: ${said}`)));
  });
  return { link: ready.site, ready, stop: () => new Promise((done) => { child.removeAllListeners("exit"); child.on("exit", done); child.stdin.end(); }) };
}

/** Asks Azure as a client of another terminal does, through the proxy: curl finds proxy and authority in the environment.
 *  Returns status and body, which is JSON. */
export async function ask(azure, method, url, body) {
  const environment = { ...process.env, ...azure.ready.environment };
  const curl = async (...more) => (await promisify(execFile)("curl", ["-sS", ...more], { env: environment, maxBuffer: 1 << 28 })).stdout;
  if (azure.token === undefined) {
    const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client, AZURE_CLIENT_SECRET: secret } = azure.ready.environment;
    const granted = await curl("-d", `grant_type=client_credentials&client_id=${client}&client_secret=${encodeURIComponent(secret)}&scope=https%3A%2F%2Fmanagement.azure.com%2F.default`,
      `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`);
    azure.token = JSON.parse(granted).access_token;
  }
  const args = ["-X", method, "-w", "\n%{http_code}", "-H", `Authorization: Bearer ${azure.token}`, "-H", "Content-Type: application/json"];
  if (body !== undefined) args.push("-d", JSON.stringify(body));
  const text = await curl(...args, url);
  const end = text.lastIndexOf("\n");
  return { status: Number(text.slice(end + 1)), body: end > 0 ? JSON.parse(text.slice(0, end)) : null };
}

/** A learner at a browser. Controls are found by the ids that views give them (`data-id`). */
export class Learner {
  static async at(link, { language = "en-US", width = 1280, height = 800, colours = "light", barriers = false, warned = true } = {}) {
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
    const learner = new this();
    learner.browser = browser;
    learner.errors = [];
    learner.found = barriers ? [] : undefined;
    learner.seen = new Set();
    const context = await browser.newContext({ viewport: { width, height }, locale: language, colorScheme: colours, ignoreHTTPSErrors: !warned });
    learner.page = await context.newPage();
    learner.page.setDefaultTimeout(20_000);
    learner.page.on("pageerror", (error) => learner.errors.push(error.message));
    learner.page.on("console", (message) => { if (message.type() === "error") learner.errors.push(message.text()); });
    await learner.page.goto(link).catch(async (error) => { await browser.close(); throw error; });
    return learner;
  }
  /** Of the dialog, where one is open. */
  control(id) { return this.page.locator(`[data-id="${id}"]`).last(); }
  async press(id) {
    await this.opensMenuFor(id);
    await this.control(id).click();
    await this.looksRound();
  }
  /** In a narrow window the site's own links are behind its menu. */
  async opensMenuFor(id) {
    if (!/^(portal|studio)\./.test(id)) return;
    await this.control(id).waitFor({ state: "attached" });
    const menu = this.page.locator(".site-menu");
    if (!await this.control(id).isVisible() && await menu.isVisible()) await menu.click();
  }
  /** Where a test asks for it, every page that is come to is looked at by axe once. */
  async looksRound() {
    if (this.found === undefined) return;
    await this.page.waitForTimeout(250);
    const page = await this.page.evaluate(() => [...document.querySelectorAll("[data-id]")].map((one) => one.dataset.id.replace(/\/.*/, "")).join(" "));
    if (this.seen.has(page)) return;
    this.seen.add(page);
    this.found.push(...await this.barriers());
  }
  async fill(id, text) {
    await this.page.locator(`input[data-id="${id}"], textarea[data-id="${id}"]`).first().fill(text);
    await this.page.keyboard.press("Tab");
  }
  async search(id, text) {
    await this.page.locator(`input[data-id="${id}"]`).first().fill(text);
    await this.page.keyboard.press("Enter");
  }
  /** Chooses from a list by what an option says. */
  async choose(id, option) {
    await this.control(id).click();
    await this.page.getByRole("option", { name: option, exact: true }).click();
  }
  async fillTime(id, hour) { await this.fill(id, hour); }
  /** Of the tree of files: opens a folder, or shows a file. */
  async openFile(id, folder) {
    const row = this.control(id);
    await row.waitFor();
    if (!folder || await row.getAttribute("aria-expanded") !== "true") await row.locator(".tree-name").first().click();
  }
  async edit(text) {
    await this.page.locator(".cm-content").first().click();
    await this.page.keyboard.insertText(text);
  }
  async atTerminal() { await this.page.locator(".xterm:visible").first().click(); }
  async leaveTerminal() {}
  async closeBrowserTab() { await this.page.locator(".browser-tab.active button").last().click(); }
  /** Types a line into the terminal that is shown, and waits for the prompt, or for a question that ends with `asks`. What it
   *  then sees there must have `answer` in it. */
  async runs(line, { answer = "", asks = "", seconds = 60 } = {}) {
    const before = (await this.onTerminal()).join("\n");
    await this.types(line + "\n");
    await this.until(async () => {
      const lines = await this.onTerminal();
      if (lines.join("\n") === before) return false;
      return asks === "" ? /[$#]$/.test(lines.at(-1) ?? "") : (lines.at(-1) ?? "").endsWith(asks);
    }, `${line} to ${asks === "" ? "end" : `ask ${asks}`}`, seconds);
    const shown = (await this.onTerminal()).join("");
    if (!shown.includes(answer)) throw new Error(`after ${line} there is no '${answer}' in: ${shown}`);
  }
  /** The rows in sight of the terminal that is shown, but empty ones. */
  async onTerminal() {
    const rows = await this.page.locator(".xterm:visible .xterm-accessibility-tree").first().locator("> div").allInnerTexts();
    return rows.map((row) => row.replaceAll("\u00a0", " ").trimEnd()).filter((row) => row !== "");
  }
  async until(holds, what, seconds = 60) {
    for (let i = 0; i < seconds * 5; ++i) {
      if (await holds()) return;
      await this.page.waitForTimeout(200);
    }
    throw new Error(`waited in vain for ${what}`);
  }
  /** Waits for what Azure takes its time for, and skips the wait. */
  async awaits(text, seconds = 60) {
    await this.until(async () => {
      if (await this.page.getByText(text).count() > 0) return true;
      if (await this.skipButton().isVisible()) await this.skip().catch(() => undefined);
      return false;
    }, text, seconds);
  }
  async sees(text) { await this.page.getByText(text).first().waitFor(); }
  async types(text) { await this.page.keyboard.type(text); }
  skipButton() { return this.page.getByRole("button", { name: /skip|passer/i }).first(); }
  async skip() { await this.skipButton().click({ timeout: 1000 }); }
  /** What axe finds on the page as it is now: rules of WCAG 2.1 A and AA that are broken seriously, with where. */
  async barriers() {
    await this.page.evaluate(axe);
    // What is just being faded in has other colours for an instant.
    await this.page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.playState === "running" && one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished.catch(() => {}))));
    // Fluent's marks where the focus turns round take it for an instant only; axe cannot know.
    const result = await this.page.evaluate(() => globalThis.axe.run({ exclude: ["i[data-tabster-dummy]"] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
    const title = await this.page.title();
    return result.violations.filter((one) => ["serious", "critical"].includes(one.impact))
      .flatMap((one) => one.nodes.map((node) => `${title}: ${one.id}: ${node.target}: ${node.any[0]?.message ?? ""}`));
  }
  /** For docs/learn.md, when AZLAB_UPDATE_DOCS=1 asks for it; to be looked at before it is committed. */
  async picture(name) {
    if (process.env.AZLAB_UPDATE_DOCS !== "1") return;
    await this.page.waitForTimeout(500);
    await this.page.screenshot({ path: new URL(`../../docs/pictures/${name}.png`, import.meta.url).pathname });
  }
  /** By the address bar. */
  async goes(address) {
    await this.page.locator("[data-address]").fill(address);
    await this.page.keyboard.press("Enter");
    await this.page.waitForTimeout(400);
    await this.looksRound();
  }
  async leave() { await this.browser.close(); }
}
