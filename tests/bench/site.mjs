// What a learner waits for in the browser: `node site.mjs [--quick]`, with AZLAB and AZLAB_PAGE_BUILD as tests/site has them.
// Prints JSON, a figure a line: {"what", "value", "unit", "budget", "peer"}.
import { readdirSync, statSync } from "node:fs";
import http from "node:http";
import path from "node:path";

import { ask, Learner, serve } from "../site/browser.mjs";
import { makeWorkspace } from "../site/labs.mjs";

const quick = process.argv.includes("--quick");
const kRuns = quick ? 2 : 7;
const kResources = 1000;
const kPoints = 100_000;
const kSubscription = "https://management.azure.com/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01";

const figure = (what, value, unit, budget = 0, peer = "") => console.log(JSON.stringify({ what, value, unit, budget, peer }));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds from the start of a navigation until an element of the page is there, as the page's own clock has it. */
async function shown(page, address, selector) {
  await page.goto(address, { waitUntil: "commit" });
  return page.evaluate((sought) => new Promise((done) => {
    const look = () => { if (document.querySelector(sought) !== null) done(performance.now()); else setTimeout(look, 2); };
    look();
  }), selector);
}

async function measureStart(azure) {
  const empty = http.createServer((_, response) => response.end("<!doctype html><title>empty</title><h1 id=page-title>empty</h1>")).listen(0, "127.0.0.1");
  const first = [];
  const again = [];
  const peer = [];
  for (let i = 0; i < kRuns; ++i) {
    const learner = await Learner.at("about:blank");
    first.push(await shown(learner.page, azure.link, "#page-title"));
    again.push(await shown(learner.page, new URL(azure.link).origin, "#page-title"));
    peer.push(await shown(learner.page, `http://127.0.0.1:${empty.address().port}/`, "#page-title"));
    await learner.leave();
  }
  empty.close();
  const beside = `a page with one line, by Node's server: ${median(peer).toFixed(0)} ms`;
  figure("first visit by the link, until the portal's first page is drawn", median(first), "ms", 1000, beside);
  figure("the same again, with what the browser keeps", median(again), "ms", 1000);
}

async function measureSize(azure) {
  const learner = await Learner.at("about:blank");
  let bytes = 0;
  learner.page.on("response", (response) => {
    bytes += Number(response.headers()["content-length"] ?? 0);
  });
  await learner.page.goto(azure.link);
  await learner.sees("Home");
  await learner.page.waitForLoadState("networkidle");
  await learner.leave();
  figure("sent for that first page, compressed", bytes / (1 << 20), "MiB");
  // What the launcher built beside the page's sources is what the program has in it.
  const built = path.join(process.env.AZLAB_PAGE_BUILD, "..", "web");
  const all = readdirSync(built, { recursive: true }).map((one) => statSync(path.join(built, one))).filter((one) => one.isFile()).reduce((sum, one) => sum + one.size, 0);
  figure("portal and studio whole, compressed", all / (1 << 20), "MiB", 1.5);
}

/** Presses the wheel for a while; how long the browser took for each picture. */
async function frames(page, place) {
  const box = await page.locator(place).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(() => {
    globalThis.frameTimes = [];
    let before = performance.now();
    const next = () => { const now = performance.now(); globalThis.frameTimes.push(now - before); before = now; requestAnimationFrame(next); };
    requestAnimationFrame(next);
  });
  for (let i = 0; i < 90; ++i) {
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(16);
  }
  return (await page.evaluate(() => globalThis.frameTimes.slice(2))).sort((a, b) => a - b);
}

async function measureList(azure, learner) {
  await ask(azure, "PUT", `${kSubscription}/resourcegroups/rg-many?api-version=2021-04-01`, { location: "eastus" });
  const template = { $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", contentVersion: "1.0.0.0", resources: [{
    type: "Microsoft.Insights/components", apiVersion: "2020-02-02", name: "[format('appi-{0}', copyIndex())]", location: "eastus", kind: "web",
    properties: { Application_Type: "web" }, copy: { name: "many", count: kResources / 2 } }] };
  for (const half of ["a", "b"]) {
    const text = JSON.stringify(template).replace("appi-", `appi-${half}-`);
    const put = await ask(azure, "PUT", `${kSubscription}/resourcegroups/rg-many/providers/Microsoft.Resources/deployments/${half}?api-version=2021-04-01`, { properties: { mode: "Incremental", template: JSON.parse(text) } });
    if (put.status !== 201) throw new Error(JSON.stringify(put.body));
  }
  const count = async () => {
    let all = 0;
    for (let url = `${kSubscription}/resourceGroups/rg-many/resources?api-version=2021-04-01`; url; ) {
      const { body } = await ask(azure, "GET", url);
      all += body.value.length;
      url = body.nextLink;
    }
    return all;
  };
  await learner.until(async () => {
    if (await learner.skipButton().isVisible()) await learner.skip().catch(() => undefined);
    return await count() === kResources;
  }, "the resources", 300);
  await learner.press("portal.groups");
  await learner.press("groups/rg-many");
  await learner.page.locator(".many").waitFor();
  const times = await frames(learner.page, ".many");
  figure(`a list of ${kResources.toLocaleString("en")} resources under the wheel, time from picture to picture`, median(times), "ms", 34);
  figure("the slowest of twenty pictures there", times[Math.floor(times.length * 0.95)], "ms", 100);
}

async function measureChart(azure, learner, workspace) {
  const mlflow = `https://eastus.api.azureml.ms/mlflow/v1.0${workspace}/api/2.0/mlflow`;
  const { body: { experiment_id: experiment } } = await ask(azure, "POST", `${mlflow}/experiments/create`, { name: "long" });
  const { body: { run: { info: { run_id: run } } } } = await ask(azure, "POST", `${mlflow}/runs/create`, { experiment_id: experiment, start_time: 0 });
  for (let at = 0; at < kPoints; at += 1000) {
    const metrics = Array.from({ length: 1000 }, (_, i) => ({ key: "loss", value: Math.sin((at + i) / 900) + 2, timestamp: at + i, step: at + i }));
    const logged = await ask(azure, "POST", `${mlflow}/runs/log-batch`, { run_id: run, metrics });
    if (logged.status !== 200) throw new Error(JSON.stringify(logged.body));
  }
  const drawn = [];
  const whole = [];
  for (let i = 0; i < (quick ? 1 : 5); ++i) {
    await learner.goes(`https://ml.azure.com/experiments?wsid=${workspace}`);
    if (await learner.page.getByRole("dialog").count() > 0) await learner.press("close");
    await learner.goes(`https://ml.azure.com/runs/${run}?wsid=${workspace}`);
    const started = Date.now();
    await learner.press("metricsTab");
    const place = learner.page.locator("[data-drawn]").first();
    await place.waitFor({ state: "attached" });
    whole.push(Date.now() - started);
    drawn.push(Number(await place.getAttribute("data-drawn")));
  }
  figure(`a metric of ${kPoints.toLocaleString("en")} points, drawn`, median(drawn), "ms", 200);
  figure("the same from the press on Metrics, with reading all of it from the simulator", median(whole), "ms");
}

const azure = await serve();
try {
  await measureStart(azure);
  await measureSize(azure);
  const learner = await Learner.at(azure.link);
  const workspace = await makeWorkspace(learner);
  await measureList(azure, learner);
  await measureChart(azure, learner, workspace);
  await learner.leave();
} finally {
  await azure.stop();
}
