import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { act as settle, fireEvent, render, screen, within } from "@testing-library/react";
import type { ReactElement } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { endLive, startLive } from "../src/live/live";
import type { Socket } from "../src/live/link";
import { Deployment } from "../src/components/deployment/Deployment";
import { initial, showPage, useStore } from "../src/live/store";
import { Any } from "../src/page/Controls";
import { Page } from "../src/page/Page";
import type { Control, View } from "../src/protocol";
import { recorded } from "./views";

// Controls over a connection that answers every act with the view that `next` makes.

let acts: Record<string, unknown>[];
let operations: object[] = [];
let next: (message: Record<string, unknown>) => { view: View; outcome: object };

class Answering implements Socket {
  readyState = 1;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  constructor() { queueMicrotask(() => this.onopen?.({} as Event)); }
  close() { this.onclose?.({} as CloseEvent); }
  send(text: string) {
    const { id, ask, ...message } = JSON.parse(text) as Record<string, unknown>;
    if (ask === "act") acts.push(message);
    const answer = ask === "hello"
      ? { session: "s", language: "en", languages: ["en"], person: { name: "Alex", user: "alex" }, view: recorded("en-group"), apps: ["portal"], clock: { now: "2026-11-23T09:00:00Z", speed: 1, waiting: [], next: null } }
      : ask === "get" ? { status: 200, body: { value: operations } } : { apps: ["portal"], ...next(message) };
    queueMicrotask(() => this.onmessage?.({ data: JSON.stringify({ re: id, ...answer }) } as MessageEvent));
  }
}

async function moments(ms = 0) {
  await settle(async () => { await new Promise((done) => setTimeout(done, ms)); });
}

function draw(what: ReactElement) {
  return render(<FluentProvider theme={webLightTheme}>{what}</FluentProvider>);
}

/** Draws whatever view the session is on. */
function Shown() {
  const view = useStore((state) => state.view);
  return view === null ? null : <Page view={view} />;
}

beforeEach(async () => {
  endLive();
  sessionStorage.clear();
  useStore.setState({ ...initial });
  acts = [];
  next = () => ({ view: recorded("en-group"), outcome: { ok: true } });
  startLive(() => new Answering(), {});
  await vi.waitFor(() => expect(useStore.getState().view?.screen).toBe("portal.resourceGroup"));
});

describe("pressing", () => {
  it("sends a click with the control's id", async () => {
    draw(<Shown />);
    fireEvent.click(screen.getByRole("button", { name: "Delete resource group" }));
    await moments();
    expect(acts).toEqual([{ kind: "click", target: "delete", value: "" }]);
  });

  it("presses a row as a whole, and its commands by themselves", async () => {
    useStore.setState({ view: recorded("en-compute") });
    draw(<Shown />);
    fireEvent.click(screen.getByText("STANDARD_DS11_V2"));
    fireEvent.click(screen.getByRole("button", { name: "Terminal" }));
    fireEvent.click(screen.getByRole("button", { name: "ci-one" }));
    await moments();
    expect(acts.map((one) => one.target)).toEqual(["instanceList/ci-one", "instanceList/ci-one/terminal", "instanceList/ci-one"]);
  });

  it("does not press what is off, and says why it is", async () => {
    draw(<Any control={{ id: "go", kind: "button", label: "Go", enabled: false, hint: "Nothing is chosen." }} />);
    const button = screen.getByRole("button", { name: "Go" });
    expect(button.getAttribute("title")).toBe("Nothing is chosen.");
    fireEvent.click(button);
    await moments();
    expect(acts).toEqual([]);
  });

  it("shows a refusal, and one that is not simulated as such", async () => {
    next = () => ({ view: recorded("en-group"), outcome: { ok: false, error: "Conflict: it is being deleted" } });
    draw(<Shown />);
    fireEvent.click(screen.getByRole("button", { name: "Create" }));
    await moments();
    expect(screen.getByText("Conflict: it is being deleted")).toBeTruthy();
    next = () => ({ view: recorded("en-group"), outcome: { ok: false, error: "virtual machines", notSimulated: true } });
    fireEvent.click(screen.getByRole("button", { name: "Create" }));
    await moments();
    expect(screen.getByText("Azure does this; azlab does not simulate it: virtual machines")).toBeTruthy();
  });
});

describe("typing", () => {
  const form = (value: string, error?: string): View => ({
    screen: "s", app: "portal", title: "Form", address: "", commit: "create",
    controls: [{ id: "name", kind: "field", label: "Name", value, error }, { id: "create", kind: "button", label: "Create" }],
  });

  it("is said after a pause, and the person's text stands meanwhile", async () => {
    useStore.setState({ view: form("") });
    next = () => ({ view: form("lab"), outcome: { ok: true } });
    draw(<Shown />);
    const input = screen.getByLabelText<HTMLInputElement>("Name");
    fireEvent.change(input, { target: { value: "la" } });
    fireEvent.change(input, { target: { value: "lab" } });
    expect(input.value).toBe("lab");
    expect(acts).toEqual([]);
    await moments(420);
    expect(acts).toEqual([{ kind: "fill", target: "name", value: "lab" }]);
    expect(input.value).toBe("lab");
  });

  it("is said before a press", async () => {
    useStore.setState({ view: form("") });
    next = () => ({ view: form("lab", "The name is taken."), outcome: { ok: true } });
    draw(<Shown />);
    fireEvent.change(screen.getByLabelText("Name"), { target: { value: "lab" } });
    fireEvent.click(screen.getByRole("button", { name: "Create" }));
    await moments(20);
    expect(acts).toEqual([{ kind: "fill", target: "name", value: "lab" }, { kind: "click", target: "create", value: "" }]);
    expect(screen.getByText("The name is taken.")).toBeTruthy();
  });

  it("searches with Enter", async () => {
    draw(<Any control={{ id: "q", kind: "field", format: "search", label: "Search" }} />);
    const input = screen.getByLabelText("Search");
    fireEvent.change(input, { target: { value: "machine" } });
    fireEvent.submit(input);
    await moments(20);
    expect(acts).toEqual([{ kind: "search", target: "q", value: "machine" }]);
  });

  it("keeps a refused text in its field", async () => {
    useStore.setState({ view: form("") });
    next = () => ({ view: form(""), outcome: { ok: false, error: "not offered" } });
    draw(<Shown />);
    const input = screen.getByLabelText<HTMLInputElement>("Name");
    fireEvent.change(input, { target: { value: "odd" } });
    await moments(420);
    expect(input.value).toBe("odd");
  });
});

describe("choosing", () => {
  it("sends the option's value", async () => {
    const field: Control = { id: "tier", kind: "field", format: "radio", label: "Tier", value: "a", children: [
      { id: "tier/a", kind: "option", label: "Dedicated", value: "selected" }, { id: "tier/b", kind: "option", label: "Low priority" }] };
    draw(<Any control={field} />);
    fireEvent.click(screen.getByLabelText("Low priority"));
    await moments();
    expect(acts).toEqual([{ kind: "choose", target: "tier", value: "b" }]);
  });

  it("turns a toggle", async () => {
    draw(<Any control={{ id: "ssh", kind: "toggle", label: "SSH", value: "off" }} />);
    fireEvent.click(screen.getByLabelText("SSH"));
    await moments();
    expect(acts).toEqual([{ kind: "toggle", target: "ssh", value: "on" }]);
  });
});

describe("what is drawn", () => {
  it("marks English labels of a page in another language", () => {
    draw(<Any control={{ id: "x", kind: "button", label: "Monitoring", untranslated: true }} />);
    expect(screen.getByRole("button").getAttribute("lang")).toBe("en");
  });

  it("draws names as text, whatever they hold", () => {
    const name = "<img src=x onerror=alert(1)>";
    draw(<Any control={{ id: "x", kind: "text", label: name }} />);
    expect(screen.getByText(name)).toBeTruthy();
    expect(document.querySelector("img")).toBe(null);
  });

  it("says that a page exists and is not simulated", () => {
    draw(<Page view={{ screen: "portal.menu", app: "portal", title: "portal.menu", address: "", absent: true, controls: [] }} />);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("azlab does not simulate this page");
  });

  it("draws a table with the server's columns and rows", () => {
    draw(<Page view={recorded("en-portal-groups")} />);
    const table = within(screen.getByRole("table"));
    expect(table.getAllByRole("columnheader").map((one) => one.textContent)).toEqual(["Name", "Location", "Status"]);
    expect(table.getAllByRole("row").length).toBe(2);
    expect(table.getAllByRole("cell").map((one) => one.textContent)).toEqual(["rg", "eastus", "Succeeded"]);
  });
});

describe("a dialog", () => {
  const dialog: View = { screen: "portal.resourceGroup.delete", app: "portal", title: "Delete", address: "", dialog: true, controls: [] };
  it("lies on the page that the server names, also after a reload", () => {
    showPage({ view: dialog, under: recorded("en-group"), apps: ["portal"] });
    expect(useStore.getState().under?.screen).toBe("portal.resourceGroup");
    expect(useStore.getState().view?.dialog).toBe(true);
    showPage({ view: dialog, apps: ["portal"] });
    expect(useStore.getState().under).toBe(null);
  });
});

describe("a deployment", () => {
  it("leads to its resources by the view's rows", async () => {
    next = () => ({ view: recorded("en-group"), outcome: { ok: true } });
    operations = [{ operationId: "7", properties: { provisioningState: "Succeeded", targetResource: { resourceName: "stlab", resourceType: "Microsoft.Storage/storageAccounts" } } }];
    draw(<Deployment control={{ id: "progress", kind: "component", label: "Deployment", format: "deployment", value: "/subscriptions/1/deployments/d", children: [{ id: "operations/7", kind: "row", table: "operations", label: "stlab" }] }} />);
    fireEvent.click(await screen.findByRole("button", { name: "stlab" }));
    await vi.waitFor(() => expect(acts).toEqual([{ kind: "click", target: "operations/7", value: "" }]));
  });
});
