// What the mock shows: recorded views (test/views) and a few invented ones for what the recordings lack.
import { readFileSync } from "node:fs";

const recorded = (name) => JSON.parse(readFileSync(new URL(`../test/views/${name}.json`, import.meta.url), "utf8"));

export const rg = "/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01/resourceGroups/rg";

const chromeOf = (view) => view.controls.filter((one) => one.chrome);
const portal = chromeOf(recorded("en-portal-home"));
const studio = chromeOf(recorded("en-compute"));

function page(screen, app, title, address, controls, more = {}) {
  return { screen, app, title, address, controls: [...controls, ...(app === "portal" ? portal : studio)], ...more };
}

function manyResources() {
  const rows = Array.from({ length: 1000 }, (_, index) => ({
    id: `resources/vm-${index}`, kind: "row", label: `vm-${index}`, table: "resources",
    children: [
      { id: `resources/vm-${index}/type`, kind: "status", label: "Type", value: "Microsoft.Storage/storageAccounts" },
      { id: `resources/vm-${index}/location`, kind: "status", label: "Location", value: "eastus" },
    ],
  }));
  const headings = ["type", "location"].map((key) => ({ id: `resources/column:${key}`, kind: "text", label: key === "type" ? "Type" : "Location", table: "resources" }));
  return page("portal.resources", "portal", "All resources", "https://portal.azure.com/#browse/all", [{ id: "refresh", kind: "button", label: "Refresh" }, ...headings, ...rows], { complete: true });
}

/** `length` points of an invented loss. */
export function loss(length, name = "loss", from = 2) {
  return { name, points: Array.from({ length }, (_, step) => [step, from * Math.exp(-3 * step / length) + 0.05 * Math.sin(step / 7)]) };
}

const metrics = page("studio.job", "studio", "train-one", "https://ml.azure.com/runs/train-one", [
  { id: "refresh", kind: "button", label: "Refresh" },
  { id: "state", kind: "status", label: "Status", value: "Completed", options: ["Completed"] },
  { id: "loss", kind: "component", format: "chart", label: "loss", value: JSON.stringify([loss(100000)]) },
  { id: "both", kind: "component", format: "chart", label: "accuracy, both runs", value: JSON.stringify([loss(200, "run one", 1), loss(150, "run two", 3)]) },
]);

const deployment = page("portal.deployment", "portal", "Deployment", `https://portal.azure.com/#deployments${rg}/providers/Microsoft.Resources/deployments/lab-1`, [
  { id: "progress", kind: "component", format: "deployment", label: "Deployment", value: `${rg}/providers/Microsoft.Resources/deployments/lab-1`, children: [
    { id: "operations/1", kind: "row", table: "operations", label: "stlab" }] },
  { id: "failed", kind: "text", label: "Your deployment failed" },
  { id: "state", kind: "status", label: "Deployment state", value: "Failed", options: ["Failed"] },
  { id: "delete", kind: "button", label: "Delete deployment" },
  { id: "redeploy", kind: "button", label: "Redeploy" },
  { id: "refresh", kind: "button", label: "Refresh" },
], { complete: true });

export const operations = { value: [
  { operationId: "1", properties: { provisioningState: "Succeeded", duration: "PT23.4S", statusCode: "OK", targetResource: { resourceName: "stlab", resourceType: "Microsoft.Storage/storageAccounts" } } },
  { operationId: "2", properties: { provisioningState: "Running", duration: "PT1M4.2S", targetResource: { resourceName: "kv-lab", resourceType: "Microsoft.KeyVault/vaults" } } },
  { operationId: "3", properties: { provisioningState: "Failed", duration: "PT2M0.9S", statusCode: "Conflict", targetResource: { resourceName: "lab", resourceType: "Microsoft.MachineLearningServices/workspaces" },
    statusMessage: { error: { code: "DeploymentFailed", message: "At least one resource operation failed.", details: [{ code: "VaultAlreadyExists", message: "The vault name 'kv-lab' is already in use." }] } } } },
] };

const wizard = { ...page("studio.newCluster", "studio", "Create compute cluster", "", []), dialog: true, commit: "create", step: "size", controls: [
  { id: "step:size", kind: "tab", label: "Virtual machine", value: "selected", children: [
    { id: "tier", kind: "field", format: "radio", label: "Virtual machine tier", value: "dedicated", children: [
      { id: "tier/dedicated", kind: "option", label: "Dedicated", value: "selected" }, { id: "tier/low", kind: "option", label: "Low priority" }] },
    { id: "at", kind: "field", format: "time", label: "Shut down at", value: "18:00" },
    { id: "name", kind: "field", label: "Compute name", required: true, error: "The value must not be empty." },
    { id: "ssh", kind: "toggle", label: "Enable SSH access", value: "off" }] },
  { id: "step:advanced", kind: "tab", label: "Advanced settings" },
  { id: "create", kind: "button", label: "Create", enabled: false, hint: "The value must not be empty." },
  { id: "back", kind: "button", label: "Back" },
  { id: "cancel", kind: "button", label: "Cancel" },
] };

const confirm = { screen: "portal.resourceGroup.delete", app: "portal", title: "Delete a resource group", address: "", dialog: true, commit: "delete", controls: [
  { id: "confirm", kind: "field", label: "Enter resource group name to confirm deletion", required: true, hint: "rg" },
  { id: "delete", kind: "button", label: "Delete", enabled: false, hint: "The typed name does not match." },
  { id: "cancel", kind: "button", label: "Cancel" },
] };

const shell = { id: "pane", kind: "component", format: "pane", label: "Cloud Shell", value: "portal.cloudshell", children: [
  { id: "shell.terminal", kind: "component", format: "terminal", label: "Cloud Shell" },
  { id: "shell.switch", kind: "button", label: "Switch to PowerShell" },
  { id: "shell.new", kind: "button", label: "New session" },
  { id: "shell.files", kind: "menu", label: "Manage files" },
  { id: "shell.close", kind: "icon", label: "Close" },
] };

export function withShell(view) {
  return { ...view, controls: [...view.controls, shell] };
}

const SCRIPT = "import math\n\n\ndef area(radius: float) -> float:\n    \"\"\"The area of a circle.\"\"\"\n    return math.pi * radius ** 2  # in the unit of the radius\n";

function workbench(file) {
  const base = recorded("en-notebooks");
  const tree = base.controls.find((one) => one.format === "files");
  const home = tree.children[0].children[0];
  home.children = ["train.py", "lab.ipynb"].map((name) => ({ id: `files/Users/alex.martin/${name}`, kind: "row", label: name, value: "file" }));
  const path = `Users/alex.martin/${file}`;
  const more = file === "" ? [] : file.endsWith(".ipynb") ? [
    { id: "notebook", kind: "component", format: "notebook", label: "Notebook", value: path },
    { id: "kernel", kind: "field", label: "Kernel", value: "Python 3.10 - SDK v2", children: [{ id: "kernel/Python 3.10 - SDK v2", kind: "option", label: "Python 3.10 - SDK v2", value: "selected" }] },
    { id: "authenticate", kind: "button", label: "Authenticate" },
  ] : file === "terminal" ? [{ id: "terminal", kind: "component", format: "terminal", label: "Terminal", value: "ci-one" }] : [
    { id: "tab", kind: "text", label: path }, { id: "closeTab", kind: "icon", label: "Close tab" },
    { id: "editor", kind: "component", format: "editor", label: "Editor", value: SCRIPT }, { id: "save", kind: "icon", label: "Save" },
  ];
  return { ...base, controls: [...base.controls.slice(0, 3), ...more, ...base.controls.slice(3)] };
}

const log = page("studio.run", "studio", "Job", "https://ml.azure.com/runs/train-two", [
  { id: "name", kind: "text", label: "train-two" },
  { id: "cancel", kind: "button", label: "Cancel" },
  { id: "overview", kind: "tab", label: "Overview" },
  { id: "logs", kind: "tab", label: "Outputs + logs", value: "selected", children: [
    { id: "files/column:name", kind: "text", label: "Name", table: "files" },
    { id: "files/user_logs/std_log.txt", kind: "row", label: "user_logs/std_log.txt", table: "files", children: [{ id: "files/user_logs/std_log.txt/name", kind: "status", label: "Name", value: "user_logs/std_log.txt" }] },
    { id: "shown", kind: "text", label: "user_logs/std_log.txt" },
    { id: "log", kind: "component", format: "editor", label: "Log", enabled: false, value: Array.from({ length: 60 }, (_, epoch) => `epoch ${epoch}: loss ${(2 / (epoch + 1)).toFixed(4)}`).join("\n") },
  ] },
]);

const json = { screen: "portal.resource.json", app: "portal", title: "Resource JSON", address: "", dialog: true, controls: [
  { id: "resourceId", kind: "status", label: "Resource ID", value: `${rg}/providers/Microsoft.Storage/storageAccounts/stlab` },
  { id: "text", kind: "component", format: "editor", label: "JSON View", enabled: false, value: JSON.stringify({ name: "stlab", location: "eastus", properties: { accessTier: "Hot" } }, null, 2) },
  { id: "close", kind: "icon", label: "Close" },
] };

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC";

export const notebook = { kernel: "Python 3.10 - SDK v2", cells: [
  { id: "cell-1", kind: "markdown", source: "# A first notebook\n\nIt has **text**, `code` and <script>window.broken = true</script> nothing that runs.", outputs: [], count: null },
  { id: "cell-2", kind: "code", source: "import pandas as pd\npd.DataFrame({\"a\": [1, 2]})", count: 1, outputs: [
    { output_type: "execute_result", data: { "text/plain": "   a\n0  1\n1  2", "text/html": "<table><tr><th></th><th>a</th></tr><tr><td>0</td><td>1</td></tr><tr><td>1</td><td>2</td></tr></table><script>parent.broken = true</script><img src=x onerror='parent.broken = true'>" } }] },
  { id: "cell-3", kind: "code", source: "1 / 0", count: 2, outputs: [
    { output_type: "stream", name: "stdout", text: ["epoch 1\repoch 2\n", "\u001b[32mok\u001b[0m \u001b[1;31mwrong\u001b[0m\n"] },
    { output_type: "display_data", data: { "image/png": PIXEL, "text/plain": "<Figure>" } },
    { output_type: "error", ename: "ZeroDivisionError", evalue: "division by zero", traceback: ["\u001b[0;31mZeroDivisionError\u001b[0m: division by zero"] }] },
] };

const absent = page("portal.menu", "portal", "portal.menu", "", [], { absent: true });

export function scenes(language) {
  const or = (name) => { try { return recorded(`${language}-${name}`); } catch { return recorded(`en-${name}`); } };
  return {
    home: or("portal-home"), groups: or("portal-groups"), group: or("group"), create: or("create"), workspace: or("workspace"), welcome: or("studio-home"),
    compute: or("compute"), notebooks: workbench(""), script: workbench("train.py"), book: workbench("lab.ipynb"), machine: workbench("terminal"),
    resources: manyResources(), metrics, log, json, deployment, wizard, confirm, absent,
  };
}

/** Which control leads where; a control that is not here changes nothing. */
export const ways = {
  "portal.home": "home", "portal.groups": "groups", "portal.allResources": "resources", groups: "groups", resources: "resources", createResource: "create",
  "groups/rg": "group", "resources/lab": "workspace", launch: "compute", activity: "absent", access: "absent", tags: "absent", locks: "absent", delete: "confirm", cancel: "back",
  "studio.home": "welcome", close: "compute", "studio.compute": "compute", "studio.notebooks": "notebooks", "studio.jobs": "metrics", newCluster: "wizard", new: "wizard", openTerminal: "machine",
  "instanceList/ci-one/terminal": "machine", "files/Users/alex.martin/train.py": "script", "files/Users/alex.martin/lab.ipynb": "book", reviewCreate: "deployment",
};

export const lab = {
  score: { got: 1, of: 3 },
  steps: [
    { id: "1", heading: "Create a resource group", text: "<p>Open the <a href=\"https://portal.azure.com\">portal</a> and create a <strong>resource group</strong>.</p><script>window.broken = true</script>", items: [
      { id: "1.1", text: "Open the Azure portal", done: true }, { id: "1.2", text: "Create the resource group rg", done: false }] },
    { id: "2", heading: "Start a compute instance", text: "<p>In the studio, start <code>ci-one</code>.</p>", items: [{ id: "2.1", text: "Start ci-one", done: false }] },
  ],
};
