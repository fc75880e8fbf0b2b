// Nobody but who has the link's key may do anything, and what names and logs say is shown, not carried out.
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";

import { ask, Learner, serve } from "./browser.mjs";
import { makeWorkspace } from "./labs.mjs";

/** Asks the site for a WebSocket, as a program without a browser; the status of its answer. */
function knock(link, headers) {
  const site = new URL(link);
  return new Promise((done, failed) => {
    const request = http.request({ host: "127.0.0.1", port: site.port, path: "/live", headers: {
      Host: site.host, Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", ...headers } });
    request.on("response", (response) => { response.resume(); done(response.statusCode); });
    request.on("upgrade", (response, socket) => { socket.destroy(); done(response.statusCode); });
    request.on("error", failed);
    request.end();
  });
}

test("the site's socket, and with it terminals and notebooks, opens for its own pages alone", async () => {
  const azure = await serve();
  const learner = await Learner.at(azure.link);
  // Another program of the same computer, which the browser holds for the same site: its cookie is sent along.
  const stranger = http.createServer((_, response) => response.end("<!doctype html><title>stranger</title>")).listen(0, "127.0.0.1");
  try {
    await learner.sees("Home");
    const origin = new URL(azure.link).origin;
    const cookie = (await learner.page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
    assert.equal(await knock(azure.link, { Origin: origin, Cookie: cookie }), 101);
    assert.equal(await knock(azure.link, { Origin: origin }), 403);
    assert.equal(await knock(azure.link, { Origin: origin, Cookie: cookie.slice(0, -1) }), 403);
    assert.equal(await knock(azure.link, { Origin: "http://example.org", Cookie: cookie }), 403);
    assert.equal(await knock(azure.link, { Origin: origin, Cookie: cookie, Host: "example.org" }), 403);
    // The same from a page of that stranger, in the learner's own browser.
    const tab = await learner.page.context().newPage();
    await tab.goto(`http://127.0.0.1:${stranger.address().port}/`);
    const came = await tab.evaluate((live) => new Promise((done) => {
      const socket = new WebSocket(live);
      socket.onopen = () => done("open");
      socket.onerror = () => done("refused");
    }), `${origin.replace("http", "ws")}/live`);
    assert.equal(came, "refused");
    const framed = await tab.evaluate((page) => new Promise((done) => {
      const frame = document.createElement("iframe");
      frame.src = page;
      frame.onload = () => { try { done(frame.contentDocument === null ? "closed" : "empty"); } catch { done("closed"); } };
      document.body.append(frame);
    }), origin);
    assert.equal(framed, "closed");
    assert.equal(await tab.frames()[1].locator("#page-title").count(), 0);
  } finally {
    stranger.close();
    await learner.leave();
    await azure.stop();
  }
});

test("markup in names, parameters and tags is shown as it is written", async () => {
  const azure = await serve();
  const learner = await Learner.at(azure.link);
  try {
    const workspace = await makeWorkspace(learner);
    const markup = (place) => `<img src=x onerror="globalThis.broken='${place}'"><b>${place}</b>`;
    const mlflow = `https://eastus.api.azureml.ms/mlflow/v1.0${workspace}/api/2.0/mlflow`;
    const made = await ask(azure, "POST", `${mlflow}/experiments/create`, { name: markup("experiment") });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    const begun = await ask(azure, "POST", `${mlflow}/runs/create`, { experiment_id: made.body.experiment_id, start_time: 0, run_name: markup("run"), tags: [{ key: "mlflow.runName", value: markup("run") }] });
    const run = begun.body.run.info.run_id;
    assert.equal((await ask(azure, "POST", `${mlflow}/runs/log-batch`, { run_id: run, metrics: [{ key: "loss", value: 1, timestamp: 0, step: 0 }], params: [{ key: "p", value: markup("parameter") }], tags: [{ key: "t", value: markup("tag") }] })).status, 200);
    await learner.goes(`https://ml.azure.com/experiments?wsid=${workspace}`);
    if (await learner.page.getByRole("dialog").count() > 0) await learner.press("close");
    await learner.sees(markup("experiment"));
    await learner.press("allJobs");
    await learner.sees(markup("run"));
    await learner.goes(`https://ml.azure.com/runs/${run}?wsid=${workspace}`);
    await learner.sees(markup("parameter"));
    await learner.page.waitForTimeout(500);
    assert.equal(await learner.page.evaluate(() => globalThis.broken), undefined);
    assert.equal(await learner.page.locator("img[src=x], b:text-is('experiment'), b:text-is('run'), b:text-is('parameter')").count(), 0);
    assert.deepEqual(learner.errors, []);
  } catch (error) {
    await learner.page.screenshot({ path: `${process.env.AZLAB_PICTURES}/failed-markup.png` }).catch(() => {});
    throw error;
  } finally {
    await learner.leave();
    await azure.stop();
  }
});
