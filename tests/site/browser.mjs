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
    const learner = new Learner();
    learner.browser = browser;
    learner.errors = [];
    learner.page = await browser.newPage({ viewport: { width, height }, locale: language });
    learner.page.setDefaultTimeout(20_000);
    learner.page.on("pageerror", (error) => learner.errors.push(error.message));
    learner.page.on("console", (message) => { if (message.type() === "error") learner.errors.push(message.text()); });
    await learner.page.goto(link);
    return learner;
  }
  control(id) { return this.page.locator(`[data-id="${id}"]`).first(); }
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
  async sees(text) { await this.page.getByText(text).first().waitFor(); }
  async types(text) { await this.page.keyboard.type(text); }
  async skip() { await this.page.getByRole("button", { name: /skip|passer/i }).click(); }
  /** For docs/learn.md, when AZLAB_UPDATE_DOCS=1 asks for it; to be looked at before it is committed. */
  async picture(name) {
    if (process.env.AZLAB_UPDATE_DOCS !== "1") return;
    await this.page.waitForTimeout(500);
    await this.page.screenshot({ path: new URL(`../../docs/pictures/${name}.png`, import.meta.url).pathname });
  }
  async leave() { await this.browser.close(); }
}
