import { describe, expect, it } from "vitest";
import { layoutOf } from "../src/page/layout";
import { toneOf } from "../src/page/tone";
import type { Control } from "../src/protocol";
import { recorded } from "./views";

const ids = (list: Control[]) => list.map((one) => one.id);

describe("where controls are drawn", () => {
  it("puts a resource's tabs and links into a menu and names the page after the resource", () => {
    const layout = layoutOf(recorded("en-group"));
    expect(layout.heading).toBe("rg");
    expect(layout.subtitle).toBe("Resource group");
    expect(ids(layout.menu)).toEqual(["overview", "activity", "access", "tags", "locks"]);
    expect(ids(layout.commands)).toEqual(["create", "delete", "refresh"]);
    expect(layout.tabs).toEqual([]);
    expect(layout.blocks.map((one) => one.kind)).toEqual(["table"]);
  });

  it("leaves the site's frame out of the page", () => {
    const layout = layoutOf(recorded("en-portal-home"));
    expect(ids(layout.chrome)).toEqual(["portal.home", "portal.search", "portal.shell", "portal.allResources", "portal.groups"]);
    expect(ids(layout.commands)).toEqual(["createResource"]);
    expect(layout.menu).toEqual([]);
  });

  it("puts a form's buttons into its footer and its steps into tabs", () => {
    const layout = layoutOf(recorded("en-create"));
    expect(ids(layout.footer)).toEqual(["reviewCreate", "previous", "next"]);
    expect(layout.steps.map((one) => one.label)).toEqual(["Basics", "Inbound Access", "Outbound Access", "Encryption", "Identity", "Tags", "Review + create"]);
    expect(layout.commands).toEqual([]);
  });

  it("puts the button that carries a form out before the others", () => {
    const view = recorded("en-create");
    const controls = view.controls.map((one) => (one.id === "next" ? { ...one, id: "create" } : one));
    expect(ids(layoutOf({ ...view, controls }).footer)).toEqual(["create", "reviewCreate", "previous"]);
  });

  it("keeps the studio's tabs as tabs", () => {
    const layout = layoutOf(recorded("fr-compute"));
    expect(ids(layout.tabs)).toEqual(["instances", "clusters", "serverless", "kubernetes", "attached"]);
  });

  it("gives files a side of their own and everything else a bar", () => {
    const layout = layoutOf(recorded("en-notebooks"));
    expect(layout.files?.id).toBe("files");
    expect(ids(layout.commands)).toEqual(["samples", "openTerminal"]);
    expect(layout.blocks).toEqual([]);
  });

  it("leaves what stands before the tabs before them", () => {
    const state: Control = { id: "state", kind: "status", label: "Status", value: "Running" };
    const tab: Control = { id: "logs", kind: "tab", label: "Logs", value: "selected" };
    const note: Control = { id: "note", kind: "text", label: "below" };
    const layout = layoutOf({ screen: "s", app: "studio", title: "Job", address: "", controls: [{ id: "cancel", kind: "button", label: "Cancel" }, state, tab, note] });
    expect(ids(layout.commands)).toEqual(["cancel"]);
    expect(layout.above).toEqual([{ kind: "control", control: state }]);
    expect(layout.blocks).toEqual([{ kind: "control", control: note }]);
  });

  it("takes the pane out of the page", () => {
    const view = recorded("en-portal-home");
    const pane: Control = { id: "pane", kind: "component", format: "pane", label: "Cloud Shell" };
    const layout = layoutOf({ ...view, controls: [...view.controls, pane] });
    expect(ids(layout.panes)).toEqual(["pane"]);
    expect(layout.blocks.some((one) => one.kind === "control" && one.control.id === "pane")).toBe(false);
  });
});

describe("the tone of a state", () => {
  const status = (value: string, options?: string[], busy?: boolean): Control => ({ id: "s", kind: "status", label: "State", value, options, busy });
  it("follows Azure's own word, not the translated one", () => {
    expect(toneOf(status("En cours d’exécution", ["Running", "Running"]))).toBe("good");
    expect(toneOf(status("Échec", ["CreateFailed"]))).toBe("bad");
    expect(toneOf(status("Creating"))).toBe("busy");
    expect(toneOf(status("Stopped"))).toBe("still");
    expect(toneOf(status("eastus"))).toBe(null);
    expect(toneOf(status("Running", [], true))).toBe("busy");
  });
});
