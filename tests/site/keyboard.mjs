// A learner without a mouse: everything is reached with Tab and the arrows, and pressed with Enter or Space.
import { Learner } from "./browser.mjs";

/** More keys than any page of the labs needs to be walked through once. */
const KEYS_MOST = 400;

export class KeyboardLearner extends Learner {
  /** Where the focus stands to what is sought: there; in the same group, whose members arrows go through (then which arrow); elsewhere. */
  async stands(locator) {
    return locator.evaluate((sought) => {
      const now = document.activeElement;
      if (now === sought) return "there";
      if (now?.classList.contains("cm-content")) return "editor";
      if (now?.classList.contains("xterm-helper-textarea")) return "terminal";
      const group = now?.closest('[role="tree"], [role="tablist"], [role="menu"], [role="radiogroup"], [role="toolbar"]');
      if (group === null || group === undefined || !group.contains(sought)) return "elsewhere";
      const before = (now.compareDocumentPosition(sought) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
      if (["tablist", "toolbar"].includes(group.getAttribute("role"))) return before ? "ArrowLeft" : "ArrowRight";
      return before ? "ArrowUp" : "ArrowDown";
    });
  }
  async reach(locator) {
    await locator.waitFor();
    for (let keys = 0; keys < KEYS_MOST; ++keys) {
      const where = await this.stands(locator);
      if (where === "there") return;
      // Editors and terminals take Tab for themselves; each says how it is left.
      if (where === "editor") await this.page.keyboard.press("Escape");
      await this.page.keyboard.press({ elsewhere: "Tab", editor: "Tab", terminal: "Control+Shift+Q" }[where] ?? where);
    }
    const stuck = await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
    throw new Error(`no key leads to ${locator}; the focus stands at ${stuck}`);
  }
  async pressOn(locator) {
    await this.reach(locator);
    const isSwitch = await locator.evaluate((one) => one.getAttribute("role") === "switch");
    await this.page.keyboard.press(isSwitch ? "Space" : "Enter");
  }
  async press(id) { await this.pressOn(this.control(id)); }
  async fill(id, text) {
    await this.reach(this.page.locator(`input[data-id="${id}"], textarea[data-id="${id}"]`).first());
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Tab");
  }
  async fillTime(id, hour) {
    await this.reach(this.page.locator(`input[data-id="${id}"]`).first());
    await this.page.keyboard.type(hour);
    await this.page.keyboard.press("Tab");
  }
  async search(id, text) {
    await this.reach(this.page.locator(`input[data-id="${id}"]`).first());
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }
  async choose(id, option) {
    const field = this.control(id);
    await this.reach(field);
    // A list that is searched is typed into; another is opened and walked through.
    if (await field.evaluate((one) => one.tagName === "INPUT")) {
      await this.page.keyboard.press("Control+a");
      await this.page.keyboard.type(option);
    } else {
      await this.page.keyboard.press("Enter");
      const wanted = this.page.getByRole("option", { name: option, exact: true });
      await wanted.waitFor();
      for (let keys = 0; keys < 40; ++keys) {
        const active = await field.getAttribute("aria-activedescendant");
        if (active !== null && active === await wanted.getAttribute("id")) break;
        await this.page.keyboard.press("ArrowDown");
      }
    }
    await this.page.keyboard.press("Enter");
  }
  async open(id) { await this.press(id); }
  async openFile(id, folder) {
    await this.reach(this.control(id));
    await this.page.keyboard.press(folder ? "ArrowRight" : "Enter");
  }
  async edit(text) {
    await this.reach(this.page.locator(".cm-content").first());
    await this.page.keyboard.insertText(text);
  }
  async atTerminal() { await this.reach(this.page.locator(".xterm-helper-textarea:visible").first()); }
  async leaveTerminal() { await this.page.keyboard.press("Control+Shift+Q"); }
  async closeBrowserTab() { await this.pressOn(this.page.locator(".browser-tab.active button").last()); }
  async skip() { await this.pressOn(this.skipButton()); }
}
