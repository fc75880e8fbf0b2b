// A learner makes a workspace and a compute instance with nothing but a browser, in English and in French.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Learner, serve } from "./browser.mjs";

for (const { language, words } of [
  { language: "en-US", words: { simulation: "Simulation, not Azure", home: "Home", complete: "Your deployment is complete", group: "Resource group" } },
  { language: "fr-FR", words: { simulation: "Simulation", home: "Accueil", complete: "Votre déploiement a été effectué", group: "Groupe de ressources" } },
]) {
  test(`Cloud Shell, a workspace and its studio (${language})`, async () => {
    const azure = await serve();
    const learner = await Learner.at(azure.link, { language });
    try {
      await learner.sees(words.simulation);
      await learner.sees(words.home);
      // Cloud Shell: asked once for a shell and for storage, then a terminal.
      await learner.press("portal.shell");
      await learner.press("shell.bash");
      await learner.press("shell.apply");
      await learner.sees("reader [ ~ ]$");
      await learner.types("az group create -n rg-site -l eastus -o tsv\n");
      await learner.sees("rg-site");
      if (language === "en-US") await learner.picture("cloud-shell");
      await learner.press("shell.close");
      // The group is there, though the page was not asked for it.
      await learner.press("portal.groups");
      await learner.control("groups/rg-site").waitFor();
      // The form.
      await learner.press("portal.home");
      await learner.press("createResource");
      await learner.search("search", "Azure Machine Learning");
      await learner.press("results/Azure Machine Learning");
      await learner.press("create");
      await learner.sees(words.group);
      await learner.choose("resourceGroup", "rg-site");
      await learner.fill("workspaceName", "mlw-site");
      if (language === "fr-FR") await learner.picture("create-workspace-fr");
      await learner.press("reviewCreate");
      await learner.press("create");
      // The deployment goes on by itself, sixty times as fast; the rest of the wait is skipped.
      await learner.page.getByText("60").first().waitFor();
      if (language === "en-US") await learner.picture("deployment");
      for (let i = 0; i < 60 && !(await learner.page.getByText(words.complete).count()); ++i) {
        await learner.skip().catch(() => {});
        await learner.page.waitForTimeout(200);
      }
      await learner.sees(words.complete);
      assert.deepEqual(learner.errors, []);
    } catch (error) {
      await learner.page.screenshot({ path: `${process.env.AZLAB_PICTURES}/failed-${language}.png` }).catch(() => {});
      throw error;
    } finally {
      await learner.leave();
      await azure.stop();
    }
  });
}
