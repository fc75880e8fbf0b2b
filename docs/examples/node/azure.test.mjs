import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { Azlab, AzlabError } from "../../../clients/node/azlab-testing.mjs";

const run = promisify(execFile);
const client = new URL("client.mjs", import.meta.url).pathname;
let azure;
before(async () => { azure = await Azlab.start("--no-prepare", "--scenario", "typical"); });
after(() => azure.stop());
beforeEach(() => azure.reset());

test("a client that is refused asks again", async () => {
  const fault = await azure.arm("too-many-requests-generic@resourceGroups.create:request:2");
  await run(process.execPath, [client], { env: azure.environ() });
  const seen = await azure.requests("resourceGroups.create");
  assert.deepEqual([seen.statuses, seen.retries], [[429, 429, 201], 2]);
  assert.equal(await azure.hits(fault), 2);
});

test("waiting for an account costs simulated seconds only", async () => {
  await run(process.execPath, [client], { env: azure.environ() });
  const { waits, statuses } = await azure.requests("storageAccounts.get");
  assert.ok(waits.reduce((a, b) => a + b, 0) > 5, `waited ${waits}`);
  assert.ok(statuses.every((status) => status === 200));
  assert.deepEqual(await azure.unknown(), []);
  assert.equal((await azure.journal({ operation: "storageAccounts.create", clients: true }))[0].caller.client, "example/1");
});

test("each test begins anew, and what is refused is told in words", async () => {
  assert.deepEqual(await azure.requests(), { count: 0, retries: 0, statuses: [], waits: [], places: [] });
  await assert.rejects(azure.arm("no-such-fault"), (error) => error instanceof AzlabError && error.status === 400 && /unknown fault 'no-such-fault'/.test(error.message));
  assert.equal(await azure.runUntil({ idle: true }), true);
  const begun = await azure.now();
  assert.ok(await azure.advance(60) > begun);
});
