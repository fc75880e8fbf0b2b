// A learner runs a notebook and a script with nothing but a browser, and takes files in and out.
import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Learner, serve } from "./browser.mjs";

const cells = [
  { cell_type: "markdown", id: "head", metadata: {}, source: "# Bicycles <script>window.broken = 1</script>" },
  { cell_type: "code", id: "table", metadata: {}, execution_count: null, outputs: [], source: "import pandas as pd\nframe = pd.DataFrame({'wheels': [2, 3]})\nframe" },
  { cell_type: "code", id: "plot", metadata: {}, execution_count: null, outputs: [], source: "import matplotlib.pyplot as plt\nplt.plot(frame['wheels'])\nplt.show()" },
  { cell_type: "code", id: "evil", metadata: {}, execution_count: null, outputs: [], source: "from IPython.display import HTML\nHTML('<b>bold</b><script>parent.broken = 2</script><img src=x onerror=\"parent.broken = 3\">')" },
];
const notebook = JSON.stringify({ cells, metadata: { kernelspec: { display_name: "Python 3.10 - AzureML", name: "python310-azureml" } }, nbformat: 4, nbformat_minor: 5 });

const situation = {
  extends: "workspace-ready", description: "A workspace with an instance that runs.", source: "constructed",
  start: { resources: [{ type: "Microsoft.MachineLearningServices/workspaces/computes", name: "mlw-lab/ci-lab", group: "rg-lab", body: { properties: { computeType: "ComputeInstance", properties: { vmSize: "Standard_DS11_v2" } } } }] },
};

test("a notebook and a script from the files pane", { timeout: 600_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "azlab-site-"));
  await writeFile(join(folder, "start.json"), JSON.stringify(situation));
  const azure = await serve("--scenario", join(folder, "start.json"));
  const learner = await Learner.at(azure.link);
  const { page } = learner;
  try {
    await writeFile(join(folder, "bikes.ipynb"), notebook);
    await writeFile(join(folder, "wheels.py"), "import os\nprint('wheels', 1 + 1, os.path.basename(os.getcwd()))\n");
    await learner.press("portal.groups");
    await learner.press("groups/rg-lab");
    await learner.press("resources/mlw-lab");
    await learner.press("launch");
    await learner.press("close");
    await learner.press("studio.notebooks");
    await learner.control("files").waitFor();
    // By the menu, as by the button: the browser's own choice of files opens.
    const [choice] = await Promise.all([page.waitForEvent("filechooser"), learner.press("add").then(() => learner.press("uploadFiles"))]);
    await choice.setFiles([join(folder, "bikes.ipynb"), join(folder, "wheels.py")]);
    // What people bring is nothing that the site serves: no page of this origin, no script.
    const served = await page.evaluate(() => fetch("/Users/alex.martin/wheels.py").then((answer) => [answer.status, answer.headers.get("content-type")]));
    assert.deepEqual(served, [404, "text/plain; charset=utf-8"]);
    const row = (name) => page.locator(`[role="treeitem"][data-path$="${name}"]`);
    await row("bikes.ipynb").click();
    await page.locator('[data-cell="1"]').waitFor();
    await learner.press("runAll");
    await page.locator('[data-cell="3"][data-state="done"]').waitFor({ timeout: 120_000 });
    await page.frameLocator('[data-cell="1"] iframe').getByRole("cell", { name: "3", exact: true }).waitFor();
    const wide = await page.locator('[data-cell="2"] img').evaluate((image) => image.decode().then(() => image.naturalWidth));
    assert.ok(wide > 100);
    assert.equal(await page.frameLocator('[data-cell="3"] iframe').locator("b").innerText(), "bold");
    assert.equal(await page.evaluate(() => globalThis.broken), undefined);
    await page.locator('[data-cell="2"]').scrollIntoViewIfNeeded();
    await learner.picture("notebook");
    // The page is loaded anew: cells, outputs and the kernel's variables are there.
    await page.reload();
    await page.locator('[data-cell="2"] img').waitFor();
    await page.locator('[data-cell="1"] .cm-content').click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(".sum()['wheels']");
    await page.keyboard.press("Shift+Enter");
    await page.locator('[data-cell="1"] .out', { hasText: "5" }).waitFor();
    // A script, in the terminal of the instance.
    await row("wheels.py").click();
    await page.locator(".editor").waitFor();
    await learner.press("runScript");
    await learner.sees("wheels 2 alex.martin");
    // Taken away, with what ran in it.
    await row("bikes.ipynb").click();
    const [saved] = await Promise.all([page.waitForEvent("download"), learner.press("download")]);
    assert.equal(saved.suggestedFilename(), "bikes.ipynb");
    const kept = JSON.parse(await readFile(await saved.path(), "utf8"));
    assert.deepEqual(kept.cells.map((cell) => cell.id), ["head", "table", "plot", "evil"]);
    assert.deepEqual(kept.cells[1].outputs[0].data["text/plain"], ["np.int64(5)"]);
    assert.ok(kept.cells[2].outputs[0].data["image/png"].length > 1000);
    // The instance stops, and the kernel with it: the page says what to do.
    await learner.press("studio.compute");
    await learner.press("instanceList/ci-lab");
    await learner.press("stop");
    await page.getByRole("button", { name: /Notifications/ }).click();
    await learner.sees("'ci-lab' is stopped.");
    await page.keyboard.press("Escape");
    await learner.press("studio.notebooks");
    await row("bikes.ipynb").click();
    await page.locator('[data-kernel="none"]').waitFor();
    await learner.press("runAll");
    await learner.sees("no compute instance is running. Start ci-lab on the page Compute.");
    // The browser says that it refused the handler which the fourth cell tried to bring, and what was not served above.
    assert.deepEqual(learner.errors.filter((error) => !error.includes("inline event handler") && !error.includes("status of 404")), []);
  } catch (error) {
    await page.screenshot({ path: `${process.env.AZLAB_PICTURES}/failed-notebook.png` }).catch(() => {});
    throw error;
  } finally {
    await learner.leave();
    await azure.stop();
  }
});
