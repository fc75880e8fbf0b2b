// Cases that a JavaScript client is taken through, in their order; what became of each goes into AZLAB_CASES (cases.py's form).
"use strict";
const { writeFileSync } = require("node:fs");

const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: application, AZURE_CLIENT_SECRET: secret, AZURE_SUBSCRIPTION_ID: subscription } = process.env;
const CASES = [];
const test = (name, calls, run) => CASES.push({ name, calls, run });
const all = async (pages) => {
  const out = [];
  for await (const one of pages) out.push(one);
  return out;
};

async function main() {
  const results = [];
  for (const { name, calls, run } of CASES) {
    try {
      await run();
      results.push({ name, calls, passed: true });
    } catch (error) {
      results.push({ name, calls, passed: false, detail: String(error && error.stack) });
    }
  }
  writeFileSync(process.env.AZLAB_CASES, JSON.stringify(results));
}

module.exports = { test, all, main, tenant, application, secret, subscription };
