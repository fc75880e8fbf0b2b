import { describe, expect, it } from "vitest";
import { blocksOf, cellOf, commandsOf, type Table } from "../src/page/tables";
import { recorded } from "./views";

function firstTable(controls: Parameters<typeof blocksOf>[0]): Table {
  const block = blocksOf(controls).find((one) => one.kind === "table");
  if (block?.kind !== "table") throw new Error("no table");
  return block.table;
}

describe("tables", () => {
  it("gathers headings and rows by the table's id", () => {
    const table = firstTable(recorded("en-group").controls);
    expect(table.columns).toEqual([{ id: "resources/column:type", key: "type", label: "Type", lang: undefined }, { id: "resources/column:location", key: "location", label: "Location", lang: undefined }]);
    expect(table.rows.map((one) => one.label)).toEqual(["ai-lab", "kv-lab", "lab", "ci-one", "cpu", "stlab"]);
    expect(table.naming).toBe(null);
    expect(table.hasCommands).toBe(false);
  });

  it("finds the column that names the rows and the one without values, where the commands stand", () => {
    const table = firstTable(recorded("en-compute").controls[0]?.children ?? []);
    expect(table.naming).toBe("name");
    expect(table.commands).toBe("applications");
    const [row] = table.rows;
    if (row === undefined) throw new Error("no row");
    expect(cellOf(row, "state")?.value).toBe("Running");
    expect(commandsOf(row).map((one) => one.label)).toEqual(["JupyterLab", "Jupyter", "VS Code (Web)", "VS Code (Desktop)", "Terminal"]);
  });

  it("keeps a table where its first heading stands", () => {
    const kinds = blocksOf([
      { id: "a", kind: "text", label: "before" }, { id: "t/column:x", kind: "text", label: "X", table: "t" },
      { id: "b", kind: "text", label: "between" }, { id: "t/one", kind: "row", label: "one", table: "t" },
    ]).map((one) => (one.kind === "table" ? `table ${one.table.rows.length}` : one.control.id));
    expect(kinds).toEqual(["a", "table 1", "b"]);
  });

  it("takes the first heading for the name where there is no row", () => {
    const table = firstTable([{ id: "t/column:name", kind: "text", label: "Name", table: "t" }]);
    expect(table.naming).toBe("name");
  });
});
