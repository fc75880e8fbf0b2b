// What the tests of the learner's site share: azlab serve, and a Chromium in front of it.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(process.env.AZLAB_PAGE_BUILD + "/package.json");
const { chromium } = require("playwright-core");

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
  return { link: ready.site, stop: () => new Promise((done) => { child.removeAllListeners("exit"); child.on("exit", done); child.stdin.end(); }) };
}

/** A learner at a browser. Controls are found by the ids that views give them (`data-id`). */
export class Learner {
  static async at(link, { language = "en-US", width = 1280, height = 800 } = {}) {
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
    const learner = new this();
    learner.browser = browser;
    learner.errors = [];
    learner.page = await browser.newPage({ viewport: { width, height }, locale: language });
    learner.page.setDefaultTimeout(20_000);
    learner.page.on("pageerror", (error) => learner.errors.push(error.message));
    learner.page.on("console", (message) => { if (message.type() === "error") learner.errors.push(message.text()); });
    await learner.page.goto(link);
    return learner;
  }
  /** Of the dialog, where one is open. */
  control(id) { return this.page.locator(`[data-id="${id}"]`).last(); }
  async press(id) { await this.control(id).click(); }
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
  /** For docs/learn.md, when AZLAB_UPDATE_DOCS=1 asks for it; to be looked at before it is committed. */
  async picture(name) {
    if (process.env.AZLAB_UPDATE_DOCS !== "1") return;
    await this.page.waitForTimeout(500);
    await this.page.screenshot({ path: new URL(`../../docs/pictures/${name}.png`, import.meta.url).pathname });
  }
  async leave() { await this.browser.close(); }
}
