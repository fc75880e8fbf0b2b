// The JavaScript clients of Resource Manager, taken through their cases inside `azlab run`.
"use strict";
const assert = require("node:assert/strict");
const { ClientSecretCredential, DefaultAzureCredential, EnvironmentCredential, ManagedIdentityCredential, DeviceCodeCredential } = require("@azure/identity");
const { ResourceManagementClient } = require("@azure/arm-resources");
const { AzureMachineLearningWorkspaces } = require("@azure/arm-machinelearning");
const { test, all, main, tenant, application, secret, subscription } = require("./harness.js");

const ARM = "https://management.azure.com/.default";
const GROUP = "rg-node";
const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

const credential = new ClientSecretCredential(tenant, application, secret);
const resources = new ResourceManagementClient(credential, subscription);
const ml = new AzureMachineLearningWorkspaces(credential, subscription);
const id = (rest) => `/subscriptions/${subscription}/resourceGroups/${GROUP}/providers/${rest}`;

test("credentials", ["ClientSecretCredential.getToken", "EnvironmentCredential.getToken", "ManagedIdentityCredential.getToken", "DefaultAzureCredential.getToken", "DeviceCodeCredential.getToken"], async () => {
  assert.equal(claims((await credential.getToken(ARM)).token).tid, tenant);
  assert.equal(claims((await new EnvironmentCredential().getToken(ARM)).token).appid, application);
  assert.equal(claims((await new ManagedIdentityCredential().getToken(ARM)).token).oid, "7e20b6f5-d94c-4183-a6bf-1c3e8d5f9a17");
  assert.equal(claims((await new DefaultAzureCredential().getToken(ARM)).token).appid, application);
  let said = "";
  const device = new DeviceCodeCredential({ tenantId: tenant, userPromptCallback: (info) => (said = info.message) });
  assert.equal(claims((await device.getToken(ARM)).token).unique_name, "alex.martin@contoso-labs.example");
  assert.match(said, /microsoft.com\/devicelogin/);
});

test("resource groups", ["resourceGroups.createOrUpdate", "resourceGroups.get", "resourceGroups.checkExistence", "resourceGroups.list", "resourceGroups.update"], async () => {
  assert.equal((await resources.resourceGroups.createOrUpdate(GROUP, { location: "eastus" })).location, "eastus");
  assert.equal((await resources.resourceGroups.get(GROUP)).properties.provisioningState, "Succeeded");
  assert.equal((await resources.resourceGroups.checkExistence(GROUP)).body, true);
  assert.equal((await resources.resourceGroups.checkExistence("none")).body, false);
  assert.deepEqual((await all(resources.resourceGroups.list())).map((group) => group.name), [GROUP]);
  assert.deepEqual((await resources.resourceGroups.update(GROUP, { tags: { a: "b" } })).tags, { a: "b" });
  await assert.rejects(resources.resourceGroups.get("none"), { statusCode: 404, code: "ResourceGroupNotFound" });
});

test("providers", ["providers.get", "providers.list", "providers.register"], async () => {
  assert.equal((await resources.providers.get("Microsoft.Storage")).registrationState, "Registered");
  assert.ok((await all(resources.providers.list())).length > 10);
  assert.equal((await resources.providers.register("Microsoft.Storage")).registrationState, "Registered");
});

test("deployments", ["deployments.beginCreateOrUpdateAndWait", "deployments.beginValidateAndWait", "deployments.get", "deployments.listByResourceGroup", "deploymentOperations.list"], async () => {
  const template = {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", contentVersion: "1.0.0.0",
    resources: [
      { type: "Microsoft.Storage/storageAccounts", apiVersion: "2023-01-01", name: "stnode77", location: "eastus", sku: { name: "Standard_LRS" }, kind: "StorageV2" },
      { type: "Microsoft.KeyVault/vaults", apiVersion: "2023-07-01", name: "kv-node-77", location: "eastus", properties: { tenantId: tenant, sku: { family: "A", name: "standard" }, accessPolicies: [] } },
      { type: "Microsoft.Insights/components", apiVersion: "2020-02-02", name: "ai-node", location: "eastus", kind: "web", properties: { Application_Type: "web" } },
    ],
  };
  const wanted = { properties: { mode: "Incremental", template } };
  await resources.deployments.beginValidateAndWait(GROUP, "d1", wanted);
  assert.equal((await resources.deployments.beginCreateOrUpdateAndWait(GROUP, "d1", wanted)).properties.provisioningState, "Succeeded");
  assert.equal((await resources.deployments.get(GROUP, "d1")).name, "d1");
  assert.equal((await all(resources.deployments.listByResourceGroup(GROUP))).length, 1);
  assert.equal((await all(resources.deploymentOperations.list(GROUP, "d1"))).length, 3);
});

test("workspaces", ["workspaces.beginCreateOrUpdateAndWait", "workspaces.get", "workspaces.listBySubscription", "workspaces.listByResourceGroup", "workspaces.listKeys"], async () => {
  const made = await ml.workspaces.beginCreateOrUpdateAndWait(GROUP, "mlw-node", {
    location: "eastus", identity: { type: "SystemAssigned" }, storageAccount: id("Microsoft.Storage/storageAccounts/stnode77"),
    keyVault: id("Microsoft.KeyVault/vaults/kv-node-77"), applicationInsights: id("Microsoft.Insights/components/ai-node"),
  });
  assert.equal(made.provisioningState, "Succeeded");
  assert.equal((await ml.workspaces.get(GROUP, "mlw-node")).name, "mlw-node");
  assert.equal((await all(ml.workspaces.listBySubscription())).length, 1);
  assert.equal((await all(ml.workspaces.listByResourceGroup(GROUP))).length, 1);
  assert.ok((await ml.workspaces.listKeys(GROUP, "mlw-node")).userStorageKey);
  await assert.rejects(ml.workspaces.get(GROUP, "none"), { statusCode: 404 });
});

const compute = () => ml.computeOperations || ml.machineLearningCompute || ml.compute;

test("computes", ["compute.beginCreateOrUpdateAndWait", "compute.get", "compute.list", "compute.beginStopAndWait", "compute.beginStartAndWait", "compute.beginRestartAndWait", "compute.beginDeleteAndWait"], async () => {
  const cluster = { location: "eastus", properties: { computeType: "AmlCompute", properties: { vmSize: "STANDARD_DS11_V2", scaleSettings: { maxNodeCount: 1, minNodeCount: 0 } } } };
  assert.equal((await compute().beginCreateOrUpdateAndWait(GROUP, "mlw-node", "cluster", cluster)).properties.provisioningState, "Succeeded");
  const instance = { location: "eastus", properties: { computeType: "ComputeInstance", properties: { vmSize: "STANDARD_DS11_V2" } } };
  assert.equal((await compute().beginCreateOrUpdateAndWait(GROUP, "mlw-node", "ci-node", instance)).properties.computeType, "ComputeInstance");
  assert.deepEqual((await all(compute().list(GROUP, "mlw-node"))).map((one) => one.name).sort(), ["ci-node", "cluster"]);
  await compute().beginStopAndWait(GROUP, "mlw-node", "ci-node");
  assert.equal((await compute().get(GROUP, "mlw-node", "ci-node")).properties.properties.state, "Stopped");
  await compute().beginStartAndWait(GROUP, "mlw-node", "ci-node");
  if (compute().beginRestartAndWait) await compute().beginRestartAndWait(GROUP, "mlw-node", "ci-node");
  else await compute().restart(GROUP, "mlw-node", "ci-node");
  await compute().beginDeleteAndWait(GROUP, "mlw-node", "ci-node", "Delete");
  await compute().beginDeleteAndWait(GROUP, "mlw-node", "cluster", "Delete");
  assert.deepEqual(await all(compute().list(GROUP, "mlw-node")), []);
});

test("what is deleted is gone", ["workspaces.beginDeleteAndWait", "resourceGroups.beginDeleteAndWait"], async () => {
  await ml.workspaces.beginDeleteAndWait(GROUP, "mlw-node");
  await resources.resourceGroups.beginDeleteAndWait(GROUP);
  assert.equal((await resources.resourceGroups.checkExistence(GROUP)).body, false);
});

main();
