// A client of Resource Manager, of Node's own modules alone: makes a group and a storage account, and waits for it.
import http from "node:http";
import https from "node:https";
import { readFileSync } from "node:fs";

const proxy = new URL(process.env.HTTPS_PROXY);
const ca = readFileSync(process.env.SSL_CERT_FILE);
const subscription = `/subscriptions/${process.env.AZURE_SUBSCRIPTION_ID}`;

/** { status, body } of one request, through the proxy. */
function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const tunnel = http.request({ host: proxy.hostname, port: proxy.port, method: "CONNECT", path: "management.azure.com:443" });
    tunnel.on("error", reject);
    tunnel.on("connect", (_, socket) => {
      const data = body === undefined ? undefined : JSON.stringify(body);
      const request = https.request({ host: "management.azure.com", path, method, ca, socket, agent: false, headers: { "User-Agent": "example/1", ...(data ? { "Content-Type": "application/json" } : {}) } }, (answer) => {
        let text = "";
        answer.on("data", (piece) => (text += piece));
        answer.on("end", () => { socket.destroy(); resolve({ status: answer.statusCode, body: text ? JSON.parse(text) : {} }); });
      });
      request.on("error", reject);
      request.end(data);
    });
    tunnel.end();
  });
}

async function askUntilLetIn(...request) {
  for (let tries = 1; ; ++tries) {
    const answer = await ask(...request);
    if (answer.status !== 429 || tries === 4) return answer;
  }
}

const account = `${subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stnode?api-version=2023-01-01`;
await askUntilLetIn("PUT", `${subscription}/resourcegroups/rg?api-version=2022-09-01`, { location: "eastus" });
await ask("PUT", account, { location: "eastus", kind: "StorageV2", sku: { name: "Standard_LRS" } });
while ((await ask("GET", account)).body.properties.provisioningState !== "Succeeded");
