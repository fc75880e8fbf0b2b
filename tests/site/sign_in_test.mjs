// Signing in chooses one of the invented persons and asks for no password; the mark that this is a simulation stands on every page.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Learner, serve } from "./browser.mjs";

test("another person without a password, and the mark on every page", async () => {
  const azure = await serve();
  const learner = await Learner.at(azure.link);
  try {
    for (const address of ["https://portal.azure.com/#home", "https://portal.azure.com/#browse/resourcegroups", "https://portal.azure.com/#create/hub", "https://ml.azure.com/workspaces", "https://portal.azure.com/#nowhere"]) {
      await learner.page.locator("[data-address] input, input[data-address]").first().fill(address);
      await learner.page.keyboard.press("Enter");
      await learner.page.waitForTimeout(300);
      assert.equal(await learner.page.locator(".mark").isVisible(), true, address);
    }
    await learner.page.getByRole("button", { name: /Alex Martin/ }).click();
    assert.equal(await learner.page.locator("input[type=password]").count(), 0);
    await learner.page.locator('[data-person="robin@contoso-labs.example"]').click();
    await learner.page.getByRole("button", { name: /Robin Chen/ }).waitFor();
    await learner.page.reload();
    await learner.page.getByRole("button", { name: /Robin Chen/ }).waitFor();
    assert.deepEqual(learner.errors, []);
  } catch (error) {
    await learner.page.screenshot({ path: `${process.env.AZLAB_PICTURES}/failed-sign-in.png` }).catch(() => {});
    throw error;
  } finally {
    await learner.leave();
    await azure.stop();
  }
});
