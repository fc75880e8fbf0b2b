import type { Control } from "../protocol";

// A view lists a table's headings and rows one after another; here they become a table again.

export interface Column {
  id: string;
  /** The end of the ids of its cells. */
  key: string;
  label: string;
  lang?: string;
}

export interface Table {
  id: string;
  columns: Column[];
  rows: Control[];
  /** The column whose cells name the row; none: the row's label gets a column of its own, before the others. */
  naming: string | null;
  /** The column without values, where a row's commands stand; none: they come last. */
  commands: string | null;
  hasCommands: boolean;
}

export type Block = { kind: "table"; table: Table } | { kind: "control"; control: Control };

export function keyOfBlock(block: Block): string {
  return block.kind === "table" ? `table ${block.table.id}` : block.control.id;
}

const COLUMN = "/column:";

export function langOf(control: Control): string | undefined {
  return control.untranslated ? "en" : undefined;
}

export function cellOf(row: Control, column: string): Control | undefined {
  return row.children?.find((child) => child.kind === "status" && child.id === `${row.id}/${column}`);
}

/** What can be pressed in a row. */
export function commandsOf(row: Control): Control[] {
  return (row.children ?? []).filter((child) => child.kind !== "status" && child.kind !== "row");
}

function tableOf(id: string, members: Control[]): Table {
  const columns = members
    .filter((one) => one.kind !== "row" && one.id.includes(COLUMN))
    .map((one) => ({ id: one.id, key: one.id.slice(one.id.indexOf(COLUMN) + COLUMN.length), label: one.label, lang: langOf(one) }));
  const rows = members.filter((one) => one.kind === "row");
  const naming = columns.find((column) => rows.length > 0 && rows.every((row) => cellOf(row, column.key)?.value === row.label));
  const empty = columns.find((column) => rows.length > 0 && rows.every((row) => cellOf(row, column.key) === undefined));
  return {
    id, columns, rows,
    naming: naming?.key ?? (rows.length === 0 ? columns[0]?.key ?? null : null),
    commands: empty?.key ?? null,
    hasCommands: rows.some((row) => commandsOf(row).length > 0),
  };
}

export function blocksOf(controls: Control[]): Block[] {
  const blocks: Block[] = [];
  const seen = new Set<string>();
  for (const control of controls) {
    if (control.table === undefined) {
      blocks.push({ kind: "control", control });
    } else if (!seen.has(control.table)) {
      const id = control.table;
      seen.add(id);
      blocks.push({ kind: "table", table: tableOf(id, controls.filter((one) => one.table === id)) });
    }
  }
  return blocks;
}
