"use strict";
// node sarif.js REPORT: says what the SARIF schema has against a report; status 1 when there is anything.
const fs = require("fs");
const path = require("path");
const Ajv = require("ajv");

const schema = path.join(path.dirname(require.resolve("@microsoft/jest-sarif/package.json")), "lib", "schemas", "sarif-2.1.0-rtm.5.json");
const ajv = new Ajv({ schemaId: "auto", allErrors: true });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const validate = ajv.compile(JSON.parse(fs.readFileSync(schema, "utf8")));
if (!validate(JSON.parse(fs.readFileSync(process.argv[2], "utf8")))) {
  for (const error of validate.errors) console.error(`${error.dataPath}: ${error.message}`);
  process.exit(1);
}
console.log("valid");
