// A lab beside the page: its instructions are ticked as Azure shows them done, hints tell what is missing, the score can be printed.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Learner, serve } from "./browser.mjs";
import { closeCloudShell, openCloudShell } from "./labs.mjs";

const kLab = `# A first group

Read <script>window.broken = true</script>this.

## Make it

1. Open the Azure portal at \`https://portal.azure.com/\`.
1. Select the \\[>_] (*Cloud Shell*) button.
1. Create a resource group with the following command:

    \`\`\`azurecli
    az group create --name "rg-first" --location "eastus"
    \`\`\`

1. Close any pop-ups.
1. On the portal's **Home** page, select **Resource groups**.
`;

test("ticks, a hint, a tick by hand, and the score", async () => {
  const folder = mkdtempSync(join(tmpdir(), "azlab-lab-"));
  writeFileSync(join(folder, "lab.md"), kLab);
  const azure = await serve("--lab", join(folder, "lab.md"), "--score", join(folder, "score.json"));
  const learner = await Learner.at(azure.link);
  const item = (line) => learner.page.locator(`[data-item="L${line}"]`);
  const ticked = (line) => item(line).locator("xpath=self::*[contains(@class, 'done')]");
  let running = true;
  try {
    // The page that the tab begins with is the first instruction's.
    await ticked(7).waitFor();
    assert.equal(await ticked(9).count(), 0);
    await openCloudShell(learner);
    await ticked(8).waitFor();
    // Another name than the lab's: the hint says which there is, asked again what to do.
    await learner.runs("az group create -n rg-frist -l eastus -o none");
    await item(9).getByRole("button", { name: /^Hint/ }).click();
    await item(9).getByText("There is no resource group rg-first yet; there is rg-frist.").waitFor();
    await item(9).getByRole("button", { name: /^A more exact hint/ }).click();
    await item(9).getByText('Carry out: az group create --name "rg-first" --location "eastus"').waitFor();
    assert.equal(await ticked(9).count(), 0);
    await learner.atTerminal();
    await learner.runs("az group create -n rg-first -l eastus -o none");
    await ticked(9).waitFor();
    await closeCloudShell(learner);
    // What nobody can see is ticked by hand and does not count.
    assert.equal(await learner.page.locator("[data-score]").textContent(), "6 of 7 points");
    await item(15).getByRole("checkbox").click();  // drawn as ticked once all tabs are told
    await ticked(15).waitFor();
    assert.equal(await learner.page.locator("[data-score]").textContent(), "6 of 7 points");
    await learner.press("portal.home");
    await learner.press("portal.groups");
    await ticked(16).waitFor();
    // The score, to print, and as JSON behind the same key.
    const printed = await learner.page.context().newPage();
    await printed.goto(new URL("/score", azure.link).href);
    await printed.getByText("Points: 7 / 7").waitFor();
    await printed.getByText("Alex Martin").waitFor();
    const answer = await printed.request.get(new URL("/score.json", azure.link).href);
    const score = await answer.json();
    assert.deepEqual([score.version, score.got, score.of, score.hintsUsed], [1, 7, 7, 2]);
    assert.equal((await fetch(new URL("/score.json", azure.link))).status, 403);
    assert.equal(await learner.page.evaluate(() => window.broken), undefined);
    assert.deepEqual(learner.errors, []);
    await azure.stop();
    running = false;
    assert.equal(JSON.parse(readFileSync(join(folder, "score.json"), "utf8")).got, 7);
  } catch (error) {
    await learner.page.screenshot({ path: `${process.env.AZLAB_PICTURES}/failed-lab.png` }).catch(() => {});
    throw error;
  } finally {
    await learner.leave();
    if (running) await azure.stop();
    rmSync(folder, { recursive: true });
  }
});

test("a lab of the course beside the page, for everybody's eyes and hands", async () => {
  const azure = await serve("--lab", new URL("../../fixtures/course/Instructions/04-work-with-compute.md", import.meta.url).pathname);
  const learner = await Learner.at(azure.link, { width: 1440, height: 900, barriers: true });
  try {
    await openCloudShell(learner);
    await learner.page.locator(".lab-item.done").first().waitFor();
    await learner.runs('az group create --name "rg-compute-lab" --location "eastus"');
    await learner.picture("lab");
    // All of the lab's text is in sight, long commands too.
    assert.equal(await learner.page.locator(".lab").evaluate((one) => one.scrollWidth - one.clientWidth), 0);
    await learner.looksRound();
    assert.deepEqual(learner.found, []);
    assert.deepEqual(learner.errors, []);
  } finally {
    await learner.leave();
    await azure.stop();
  }
});
