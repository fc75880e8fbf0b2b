// Pages can be read on a phone: nothing hangs out of the screen's side, no text is tiny, and axe finds nothing serious.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Learner, serve } from "./browser.mjs";
import { makeWorkspace } from "./labs.mjs";

test("pages are readable at 390 pixels", async () => {
  const azure = await serve();
  const learner = await Learner.at(azure.link, { width: 390, height: 844, barriers: true });
  try {
    const workspace = await makeWorkspace(learner);
    for (const address of [
      "https://portal.azure.com/#home", "https://portal.azure.com/#browse/resourcegroups", `https://portal.azure.com/#resource${workspace}/overview`,
      `https://ml.azure.com/home?wsid=${workspace}`, `https://ml.azure.com/compute/list?wsid=${workspace}`, `https://ml.azure.com/compute/instances/create?wsid=${workspace}`,
      `https://ml.azure.com/fileexplorerAzNB?wsid=${workspace}`, `https://ml.azure.com/experiments?wsid=${workspace}`,
    ]) {
      await learner.goes(address);
      if (await learner.page.getByRole("dialog").count() > 0) await learner.press("close");
      await learner.page.locator("#page-title").waitFor();
      const measures = await learner.page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        tiny: [...document.querySelectorAll("body *")].filter((one) => one.childElementCount === 0 && one.textContent.trim() !== "" && one.checkVisibility())
          .map((one) => [parseFloat(getComputedStyle(one).fontSize), one.textContent.trim()]).filter(([size]) => size < 11),
      }));
      assert.deepEqual({ address, ...measures }, { address, wide: 390, tiny: [] });
    }
    await learner.picture("phone");
    assert.deepEqual(learner.errors, []);
    assert.deepEqual(learner.found, []);
  } finally {
    await learner.page.screenshot({ path: `${process.env.AZLAB_PICTURES}/phone.png` }).catch(() => {});
    await learner.leave();
    await azure.stop();
  }
});
