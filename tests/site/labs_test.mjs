// Both labs from their first line to their last with nothing but a browser, in English and in French; one by keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Learner, serve } from "./browser.mjs";
import { KeyboardLearner } from "./keyboard.mjs";
import { kWords, trackJobs, workWithCompute } from "./labs.mjs";

for (const { name, lab, language, hands, browser } of [
  { name: "work with compute", lab: workWithCompute, language: "en", hands: Learner, browser: { width: 1024, height: 768, barriers: true } },
  { name: "track jobs", lab: trackJobs, language: "en", hands: Learner },
  { name: "track jobs, in the dark", lab: trackJobs, language: "fr", hands: Learner, browser: { colours: "dark", barriers: true } },
  { name: "work with compute, by keyboard alone", lab: workWithCompute, language: "fr", hands: KeyboardLearner },
]) {
  test(`${name} (${language})`, async () => {
    const azure = await serve();
    const learner = await hands.at(azure.link, { language: { en: "en-US", fr: "fr-FR" }[language], ...browser });
    try {
      await lab(learner, kWords[language]);
      assert.deepEqual(learner.errors, []);
      assert.deepEqual(learner.found ?? [], []);
    } catch (error) {
      await learner.page.screenshot({ path: `${process.env.AZLAB_PICTURES}/failed-${name.replaceAll(/\W+/g, "-")}-${language}.png` }).catch(() => {});
      throw error;
    } finally {
      await learner.leave();
      await azure.stop();
    }
  });
}
