// @azure/storage-blob on the storage account of a workspace, strictly checked: keys, signatures and tokens are looked at.
"use strict";
const assert = require("node:assert/strict");
const { createHash } = require("node:crypto");
const { ClientSecretCredential } = require("@azure/identity");
const { ResourceManagementClient } = require("@azure/arm-resources");
const { AzureMachineLearningWorkspaces } = require("@azure/arm-machinelearning");
const { BlobSASPermissions, BlobServiceClient, ContainerSASPermissions, StorageSharedKeyCredential, generateBlobSASQueryParameters } = require("@azure/storage-blob");
const { test, all, main, tenant, application, secret, subscription } = require("./harness.js");

const GROUP = "rg-node-blob";
const ACCOUNT = "stnodeblob77";
const [PIPELINE, BLOB_DATA_CONTRIBUTOR] = ["d81f3c57-06ae-4b29-9f74-a5e2c0b8d615", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"];
const HOST = `https://${ACCOUNT}.blob.core.windows.net`;
const credential = new ClientSecretCredential(tenant, application, secret);
const id = (rest) => `/subscriptions/${subscription}/resourceGroups/${GROUP}/providers/${rest}`;
const once = { retryOptions: { maxTries: 1 } };
const md5 = (text) => createHash("md5").update(text).digest();
const text = async (answer) => {
  const pieces = [];
  for await (const piece of answer.readableStreamBody) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};
const later = () => new Date(Date.now() + 3600 * 1000);
let key, service, container;

test("a workspace with its storage account", [], async () => {
  const resources = new ResourceManagementClient(credential, subscription);
  await resources.resourceGroups.createOrUpdate(GROUP, { location: "eastus" });
  await resources.resources.beginCreateOrUpdateByIdAndWait(id("Microsoft.Authorization/roleAssignments/11111111-0000-4000-8000-000000000012"), "2022-04-01", {
    properties: { roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${BLOB_DATA_CONTRIBUTOR}`, principalId: PIPELINE, principalType: "ServicePrincipal" },
  });
  const create = (rest, version, body) => resources.resources.beginCreateOrUpdateByIdAndWait(id(rest), version, { location: "eastus", ...body });
  await create(`Microsoft.Storage/storageAccounts/${ACCOUNT}`, "2023-01-01", { kind: "StorageV2", sku: { name: "Standard_LRS" } });
  await create("Microsoft.KeyVault/vaults/kv-node-blob", "2023-07-01", { properties: { tenantId: tenant, sku: { family: "A", name: "standard" }, accessPolicies: [] } });
  await create("Microsoft.Insights/components/ai-node-blob", "2020-02-02", { kind: "web", properties: { Application_Type: "web" } });
  const ml = new AzureMachineLearningWorkspaces(credential, subscription);
  await ml.workspaces.beginCreateOrUpdateAndWait(GROUP, "mlw-blob", {
    location: "eastus", identity: { type: "SystemAssigned" }, storageAccount: id(`Microsoft.Storage/storageAccounts/${ACCOUNT}`),
    keyVault: id("Microsoft.KeyVault/vaults/kv-node-blob"), applicationInsights: id("Microsoft.Insights/components/ai-node-blob"),
  });
  key = new StorageSharedKeyCredential(ACCOUNT, (await ml.workspaces.listKeys(GROUP, "mlw-blob")).userStorageKey);
  service = new BlobServiceClient(HOST, key, once);
  const names = (await all(service.listContainers())).map((one) => one.name).sort();
  assert.equal(names[0], "azureml");
  assert.match(names[1], /^azureml-blobstore-[0-9a-f-]{36}$/);
  assert.equal((await all(new BlobServiceClient(HOST, credential, once).listContainers({ prefix: "azureml-" }))).length, 1);
});

test("containers", ["ContainerClient.create", "ContainerClient.exists", "ContainerClient.getProperties", "ContainerClient.setMetadata", "ContainerClient.createIfNotExists"], async () => {
  container = service.getContainerClient("box");
  assert.equal(await container.exists(), false);
  assert.equal((await container.create({ metadata: { team: "lab" } }))._response.status, 201);
  await assert.rejects(container.create(), { statusCode: 409, code: "ContainerAlreadyExists" });
  assert.equal((await container.createIfNotExists()).succeeded, false);
  assert.equal(await container.exists(), true);
  assert.deepEqual((await container.getProperties()).metadata, { team: "lab" });
  await container.setMetadata({ team: "other", owner: "kim" });
  assert.deepEqual((await container.getProperties()).metadata, { team: "other", owner: "kim" });
});

test("upload and ranges", ["BlockBlobClient.upload", "BlockBlobClient.uploadData", "BlobClient.getProperties", "BlobClient.download", "BlobClient.download (range)", "BlobClient.downloadToBuffer"], async () => {
  const blob = container.getBlockBlobClient("dir/one.txt");
  const made = await blob.upload("0123456789", 10, { blobHTTPHeaders: { blobContentType: "text/plain", blobCacheControl: "no-cache" }, metadata: { a: "b" } });
  assert.deepEqual(Buffer.from(made.contentMD5), md5("0123456789"));
  const found = await blob.getProperties();
  assert.deepEqual([found.contentLength, found.contentType, found.cacheControl, found.metadata, found.blobType, found.etag, found.accessTier], [10, "text/plain", "no-cache", { a: "b" }, "BlockBlob", made.etag, "Hot"]);
  assert.equal(await text(await blob.download()), "0123456789");
  const middle = await blob.download(3, 4);
  assert.deepEqual([await text(middle), middle.contentRange, middle.contentLength], ["3456", "bytes 3-6/10", 4]);
  assert.equal(await text(await blob.download(8)), "89");
  await assert.rejects(blob.download(10), { statusCode: 416, code: "InvalidRange" });
  assert.equal((await blob.downloadToBuffer(2, 5)).toString(), "23456");
  await container.getBlockBlobClient("empty").uploadData(Buffer.alloc(0));
  assert.equal((await container.getBlobClient("empty").getProperties()).contentLength, 0);
  await assert.rejects(container.getBlobClient("none").download(), { statusCode: 404, code: "BlobNotFound" });
});

test("block lists", ["BlockBlobClient.stageBlock", "BlockBlobClient.commitBlockList", "BlockBlobClient.getBlockList", "BlockBlobClient.uploadData (in blocks)"], async () => {
  const blob = container.getBlockBlobClient("blocks");
  const ids = ["aaa", "bbb", "ccc"].map((one) => Buffer.from(one).toString("base64"));
  for (const [at, one] of ids.entries()) await blob.stageBlock(one, `part ${at};`, 7);
  const staged = await blob.getBlockList("all");
  assert.deepEqual([staged.committedBlocks, staged.uncommittedBlocks.sort((a, b) => (a.name < b.name ? -1 : 1))], [[], [...ids].sort().map((name) => ({ name, size: 7 }))]);
  await assert.rejects(blob.download(), { statusCode: 404, code: "BlobNotFound" });
  await blob.commitBlockList([ids[2], ids[0]], { metadata: { made: "of blocks" } });
  assert.equal(await text(await blob.download()), "part 2;part 0;");
  const left = await blob.getBlockList("all");
  assert.deepEqual([left.committedBlocks, left.uncommittedBlocks], [[{ name: ids[2], size: 7 }, { name: ids[0], size: 7 }], []]);
  await assert.rejects(blob.commitBlockList([ids[1]]), { statusCode: 400, code: "InvalidBlockList" });
  const bytes = Buffer.from("x".repeat(3000) + "y".repeat(1000));
  await blob.uploadData(bytes, { blockSize: 1024, maxSingleShotSize: 1024, concurrency: 2 });
  assert.deepEqual((await blob.getBlockList("committed")).committedBlocks.map((one) => one.size), [1024, 1024, 1024, 928]);
  assert.deepEqual(await blob.downloadToBuffer(), bytes);
});

test("lists with a delimiter and pages", ["ContainerClient.listBlobsFlat", "ContainerClient.listBlobsByHierarchy", "ContainerClient.listBlobsFlat (byPage)", "ContainerClient.listBlobsByHierarchy (byPage)"], async () => {
  for (const name of ["dir/deep/two.txt", "dir/three & four.txt", "é/five.txt"]) await container.getBlockBlobClient(name).upload(name, Buffer.byteLength(name));
  const every = ["blocks", "dir/deep/two.txt", "dir/one.txt", "dir/three & four.txt", "empty", "é/five.txt"];
  assert.deepEqual((await all(container.listBlobsFlat())).map((one) => one.name), every);
  const [one] = await all(container.listBlobsFlat({ prefix: "dir/one", includeMetadata: true }));
  assert.deepEqual([one.metadata, one.properties.contentLength, one.properties.contentType, Buffer.from(one.properties.contentMD5)], [{ a: "b" }, 10, "text/plain", md5("0123456789")]);
  assert.deepEqual((await all(container.listBlobsByHierarchy("/"))).map((item) => `${item.kind} ${item.name}`), ["prefix dir/", "prefix é/", "blob blocks", "blob empty"]);
  assert.deepEqual((await all(container.listBlobsByHierarchy("/", { prefix: "dir/" }))).map((item) => item.name), ["dir/deep/", "dir/one.txt", "dir/three & four.txt"]);
  const pages = await all(container.listBlobsFlat().byPage({ maxPageSize: 4 }));
  assert.deepEqual(pages.map((page) => page.segment.blobItems.map((item) => item.name)), [every.slice(0, 4), every.slice(4)]);
  const rest = await all(container.listBlobsFlat().byPage({ maxPageSize: 4, continuationToken: pages[0].continuationToken }));
  assert.deepEqual(rest.map((page) => page.segment.blobItems.length), [2]);
  const folders = await all(container.listBlobsByHierarchy("/").byPage({ maxPageSize: 1 }));
  assert.deepEqual(folders.map((page) => [...(page.segment.blobPrefixes || []), ...page.segment.blobItems].map((item) => item.name)), [["blocks"], ["dir/"], ["empty"], ["é/"]]);
});

test("metadata and headers", ["BlobClient.setMetadata", "BlobClient.setHTTPHeaders", "BlobClient.setAccessTier"], async () => {
  const blob = container.getBlobClient("dir/one.txt");
  const before = (await blob.getProperties()).etag;
  await blob.setMetadata({ Other: "value" });
  const after = await blob.getProperties();
  assert.deepEqual(after.metadata, { other: "value" });
  assert.notEqual(after.etag, before);
  await blob.setHTTPHeaders({ blobContentType: "text/csv" });
  const changed = await blob.getProperties();
  assert.deepEqual([changed.contentType, changed.cacheControl, changed.contentMD5], ["text/csv", undefined, undefined]);
  await blob.setAccessTier("Cool");
  assert.equal((await blob.getProperties()).accessTier, "Cool");
});

test("conditional headers", ["BlockBlobClient.upload (ifNoneMatch: refused)", "BlockBlobClient.upload (ifMatch: refused)", "BlobClient.download (ifNoneMatch: not modified)", "BlobClient.delete (ifUnmodifiedSince: refused)"], async () => {
  const blob = container.getBlockBlobClient("dir/one.txt");
  const { etag } = await blob.getProperties();
  await assert.rejects(blob.upload("x", 1, { conditions: { ifNoneMatch: "*" } }), { statusCode: 409, code: "BlobAlreadyExists" });
  await assert.rejects(blob.upload("x", 1, { conditions: { ifMatch: '"0x0"' } }), { statusCode: 412, code: "ConditionNotMet" });
  await assert.rejects(blob.download(0, undefined, { conditions: { ifNoneMatch: etag } }), { statusCode: 304 });
  await assert.rejects(blob.delete({ conditions: { ifUnmodifiedSince: new Date(0) } }), { statusCode: 412, code: "ConditionNotMet" });
  assert.equal(await text(await blob.download(0, undefined, { conditions: { ifMatch: etag } })), "0123456789");
  assert.notEqual((await blob.upload("new", 3, { conditions: { ifMatch: etag } })).etag, etag);
});

test("append blobs and copies", ["AppendBlobClient.create", "AppendBlobClient.appendBlock", "BlobClient.beginCopyFromURL", "BlobClient.syncCopyFromURL"], async () => {
  const log = container.getAppendBlobClient("log");
  await log.create();
  await log.appendBlock("one\n", 4);
  const second = await log.appendBlock("two\n", 4, { conditions: { appendPosition: 4 } });
  assert.deepEqual([second.blobAppendOffset, second.blobCommittedBlockCount], ["4", 2]);
  await assert.rejects(log.appendBlock("no", 2, { conditions: { appendPosition: 4 } }), { statusCode: 412, code: "AppendPositionConditionNotMet" });
  const copy = container.getBlobClient("copies/log");
  assert.equal((await (await copy.beginCopyFromURL(log.url)).pollUntilDone()).copyStatus, "success");
  assert.deepEqual([await text(await copy.download()), (await copy.getProperties()).copySource], ["one\ntwo\n", log.url]);
  const sas = await log.generateSasUrl({ permissions: BlobSASPermissions.parse("r"), expiresOn: later() });
  assert.equal((await container.getBlockBlobClient("copies/sync").syncUploadFromURL(sas))._response.status, 201);
  await assert.rejects(container.getBlobClient("copies/none").beginCopyFromURL(`${HOST}/box/none`), { statusCode: 404 });
});

test("signatures", ["generateBlobSASQueryParameters (blob)", "generateBlobSASQueryParameters (container)", "BlobServiceClient.getUserDelegationKey", "BlobServiceClient.generateAccountSasUrl", "a foreign key: refused", "a signature without the permission: refused"], async () => {
  const open = (terms, name, signer = key) => new BlobServiceClient(`${HOST}?${generateBlobSASQueryParameters({ containerName: "box", expiresOn: later(), ...terms }, signer, ACCOUNT)}`, undefined, once).getContainerClient("box").getBlockBlobClient(name);
  const reads = open({ blobName: "dir/one.txt", permissions: BlobSASPermissions.parse("r") }, "dir/one.txt");
  assert.equal(await text(await reads.download()), "new");
  await assert.rejects(reads.upload("x", 1), { statusCode: 403, code: "AuthorizationPermissionMismatch" });
  await assert.rejects(open({ blobName: "dir/one.txt", permissions: BlobSASPermissions.parse("r") }, "empty").download(), { statusCode: 403, code: "AuthenticationFailed" });
  const writes = open({ permissions: ContainerSASPermissions.parse("racwdl") }, "signed.txt");
  await writes.upload("signed", 6);
  await writes.delete();
  await assert.rejects(open({ permissions: ContainerSASPermissions.parse("r"), expiresOn: new Date(Date.now() - 3600 * 1000) }, "empty").download(), { statusCode: 403, code: "AuthenticationFailed" });
  const delegation = await new BlobServiceClient(HOST, credential, once).getUserDelegationKey(new Date(Date.now() - 60000), later());
  assert.equal(delegation.signedTenantId, tenant);
  assert.equal(await text(await open({ permissions: BlobSASPermissions.parse("r"), blobName: "dir/one.txt" }, "dir/one.txt", delegation).download()), "new");
  const account = new BlobServiceClient(service.generateAccountSasUrl(later()), undefined, once);
  assert.equal(await account.getContainerClient("box").exists(), true);
  const foreign = new BlobServiceClient(HOST, new StorageSharedKeyCredential(ACCOUNT, Buffer.from("nobody's").toString("base64")), once);
  await assert.rejects(foreign.getContainerClient("box").getProperties(), { statusCode: 403, code: "AuthenticationFailed" });
});

test("deletion", ["BlobClient.delete", "BlobClient.deleteIfExists", "ContainerClient.delete"], async () => {
  assert.equal((await container.getBlobClient("empty").delete())._response.status, 202);
  await assert.rejects(container.getBlobClient("empty").delete(), { statusCode: 404, code: "BlobNotFound" });
  assert.equal((await container.getBlobClient("empty").deleteIfExists()).succeeded, false);
  await container.delete();
  assert.equal(await container.exists(), false);
  await assert.rejects(all(container.listBlobsFlat()), { statusCode: 404, code: "ContainerNotFound" });
});

main();
