// Both labs of the course as a learner does them in a browser, with nothing else. Ids are the same in every language; `words`
// are what the pages say.
import assert from "node:assert/strict";

export const kWords = {
  en: { running: "Running", completed: "Completed", bash: "Bash (*.sh)", stop: "Stop compute instance" },
  fr: { running: "En cours d’exécution", completed: "Terminé", bash: "Bash (*.sh)", stop: "Arrêter l’instance de calcul" },
};

const kRepository = "https://github.com/MicrosoftLearning/mslearn-azure-ml.git";

/** For the docs, once: of the labs in English. */
async function draw(learner, words, name) {
  if (words === kWords.en) await learner.picture(name);
}

export async function openCloudShell(learner) {
  await learner.press("portal.shell");
  await learner.press("shell.bash");
  await learner.press("shell.apply");
  await learner.sees("reader [ ~ ]$");
  await learner.atTerminal();
}

export async function closeCloudShell(learner) {
  await learner.leaveTerminal();
  await learner.press("shell.close");
}

/** From the portal's search to the studio of a workspace. */
async function launchStudio(learner, workspace) {
  await learner.search("portal.search", workspace);
  const found = learner.page.locator(`[data-id^="results/${workspace}"]`).first();
  await found.waitFor();
  await learner.press(await found.getAttribute("data-id"));
  await learner.press("launch");
  await learner.press("close");  // the dialog that welcomes
}

/** A workspace to look at, made in Cloud Shell. Returns the beginning of its addresses. */
export async function makeWorkspace(learner) {
  await openCloudShell(learner);
  await learner.runs("az group create -n rg -l eastus -o none");
  await learner.runs("az ml workspace create -n mlw -g rg -o none");
  await closeCloudShell(learner);
  return "/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/mlw";
}

/** `pip` asks; who does the lab answers. */
async function replaceSdk(learner) {
  await learner.runs("pip uninstall azure-ai-ml", { asks: "Proceed (Y/n)?" });
  await learner.runs("y", { answer: "Successfully uninstalled azure-ai-ml" });
  await learner.runs("pip install azure-ai-ml", { answer: "Successfully installed" });
}

async function openNotebook(learner, folders, notebook) {
  let path = "files/Users/alex.martin";
  for (const folder of folders) {
    path += `/${folder}`;
    await learner.openFile(path, true);
  }
  await learner.openFile(`${path}/${notebook}`, false);
}

/** All cells, one after the other, as the menu of the page does it; whoever waits for a job skips the wait. */
async function runAllCells(learner) {
  const cells = learner.page.locator(".cell-code");
  await cells.first().waitFor();
  await learner.press("authenticate");
  await learner.press("runAll");
  const states = () => cells.evaluateAll((all) => all.map((one) => one.dataset.state));
  await learner.until(async () => {
    if (await learner.skipButton().isVisible()) await learner.skip().catch(() => undefined);
    const now = await states();
    return now.every((one) => one === "done") || now.includes("failed");
  }, "the notebook's cells to be done", 240);
  const now = await states();
  const failed = now.indexOf("failed");
  assert.equal(failed, -1, failed < 0 ? "" : await cells.nth(failed).innerText());
}

async function deleteGroup(learner, words, beginning) {
  await learner.closeBrowserTab();
  await learner.press("portal.home");
  await learner.press("groups");
  const row = learner.page.locator(`[data-id^="groups/${beginning}"]`).first();
  await row.waitFor();
  const group = (await row.innerText()).trim();
  await learner.press(`groups/${group}`);
  await learner.press("delete");
  await learner.fill("confirm", group);
  await draw(learner, words, "delete-group");
  await learner.press("delete");
  // Its resources go with it, which takes a while.
  await learner.until(async () => {
    if (await learner.skipButton().isVisible()) await learner.skip().catch(() => undefined);
    return await learner.page.locator(`[data-id="groups/${group}"]`).count() === 0;
  }, `${group} to be gone`);
}

export async function workWithCompute(learner, words) {
  await openCloudShell(learner);
  await learner.runs("az extension remove -n azure-cli-ml");
  await learner.runs("az extension remove -n ml");
  await learner.runs("az extension add -n ml -y");
  await learner.runs('az group create --name "rg-dp100-labs" --location "eastus"', { answer: '"provisioningState": "Succeeded"' });
  await learner.runs('az ml workspace create --name "mlw-dp100-labs" -g "rg-dp100-labs"', { answer: "createdByToolkit" });
  await closeCloudShell(learner);
  await launchStudio(learner, "mlw-dp100-labs");
  // The creation script.
  await learner.press("studio.notebooks");
  await learner.press("add");
  await learner.press("newFile");
  assert.equal(await learner.page.locator('input[data-id="location"]').inputValue(), "Users/alex.martin");
  await learner.choose("type", words.bash);
  await learner.fill("name", "compute-setup.sh");
  await learner.press("create");
  await learner.edit(`#!/bin/bash\n\n# clone repository\ngit clone ${kRepository} azure-ml-labs\n`);
  await learner.press("save");
  await draw(learner, words, "editor");
  // The instance.
  await learner.press("studio.compute");
  await learner.press("new");
  await learner.fill("name", "ci-dp100-labs");
  await learner.choose("size", "Standard_DS11_v2");
  await draw(learner, words, "create-instance");
  await learner.press("next");
  await learner.press("addSchedule");
  await learner.choose("scheduleAction", words.stop);
  await learner.fillTime("scheduleTime", "18:00");
  await learner.press("next");
  await learner.press("next");
  await learner.press("creation");
  await learner.choose("script", "compute-setup.sh");
  await learner.press("review");
  await learner.press("create");
  await learner.awaits(words.running);
  await draw(learner, words, "compute");
  await learner.press("studio.notebooks");
  await learner.control("files/Users/alex.martin/azure-ml-labs").waitFor();
  // The SDK.
  await learner.press("studio.compute");
  await learner.press("instanceList/ci-dp100-labs/terminal");
  await learner.sees("azureuser@ci-dp100-labs");
  await learner.atTerminal();
  await replaceSdk(learner);
  await learner.leaveTerminal();
  await learner.press("closeTab");
  // The notebook makes a cluster and lets it train.
  await openNotebook(learner, ["azure-ml-labs", "Labs", "04"], "Work with compute.ipynb");
  await runAllCells(learner);
  await learner.press("studio.compute");
  await learner.press("clusters");
  await learner.sees("aml-cluster");
  await deleteGroup(learner, words, "rg-dp100-labs");
}

export async function trackJobs(learner, words) {
  await openCloudShell(learner);
  await learner.runs("rm -r azure-ml-labs -f");
  await learner.runs(`git clone ${kRepository} azure-ml-labs`);
  await learner.runs("cd azure-ml-labs/Labs/08");
  await learner.runs("./setup.sh", { answer: "Everything is there." });
  await closeCloudShell(learner);
  await launchStudio(learner, "mlw-dp100-");
  await learner.press("studio.compute");
  await learner.sees(words.running);
  const instance = (await learner.page.locator('[data-table="instanceList"] .row-name').first().innerText()).trim();
  await learner.press("clusters");
  await learner.sees("aml-cluster");
  await learner.press("instances");
  await learner.press(`instanceList/${instance}/terminal`);
  await learner.sees(`azureuser@${instance}`);
  await learner.atTerminal();
  await replaceSdk(learner);
  await learner.runs(`git clone ${kRepository} azure-ml-labs`);
  await learner.leaveTerminal();
  await learner.press("refresh");
  await learner.control("files/Users/alex.martin/azure-ml-labs").waitFor();
  await openNotebook(learner, ["azure-ml-labs", "Labs", "08"], "Use MLflow to track jobs.ipynb");
  await runAllCells(learner);
  await draw(learner, words, "notebook-of-lab");
  // What the notebook let run stands on the page Jobs, with what it logged.
  await learner.press("studio.jobs");
  await learner.press("allJobs");
  const jobs = learner.page.locator('[data-table="jobs"] .row-name');
  await jobs.first().waitFor();
  await draw(learner, words, "jobs");
  const job = await jobs.first().getAttribute("data-id");
  await learner.awaits(words.completed);
  await learner.press(job);
  await learner.press("metricsTab");
  await learner.page.locator("[data-drawn]").first().waitFor({ state: "attached" });
  await draw(learner, words, "metrics");
  await deleteGroup(learner, words, "rg-dp100-");
}
