// The site for browsers of other computers: behind TLS, by an address of this computer's network and by a name.
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";

import { Learner, serve } from "./browser.mjs";

const outside = Object.values(networkInterfaces()).flat().find((one) => one.family === "IPv4" && !one.internal)?.address;

for (const [how, names, host] of [["a name", ["--site-host", "localhost"], "localhost"], ["its address", [], outside ?? "127.0.0.1"]]) {
  test(`a browser comes in behind TLS by ${how}, and its tab speaks over it`, async () => {
    const azure = await serve("--bind", "0.0.0.0", ...names);
    try {
      assert.equal(new URL(azure.link).protocol, "https:");
      assert.equal(new URL(azure.link).hostname, host);
      await assert.rejects(Learner.at(azure.link), /ERR_CERT_AUTHORITY_INVALID/);
      const learner = await Learner.at(azure.link, { warned: false });
      try {
        await learner.sees("Home");
        const [cookie] = await learner.page.context().cookies();
        assert.deepEqual([cookie.name, cookie.secure, cookie.httpOnly, cookie.sameSite], [`azlab-${new URL(azure.link).port}`, true, true, "Strict"]);
        assert.equal(await learner.page.evaluate(() => window.isSecureContext), true);
        assert.deepEqual(learner.errors, []);
      } finally {
        await learner.browser.close();
      }
    } finally {
      await azure.stop();
    }
  });
}
