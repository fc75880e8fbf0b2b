import type { Cell, CellState, Push } from "../../protocol";

// A notebook as the page holds it: cells with keys of their own, so that inserting one moves no editor.

export interface CellOnPage extends Cell {
  key: number;
  state: CellState | null;
}

export interface NotebookState { cells: CellOnPage[]; next: number; kernel: string }

export function opened(cells: Cell[], kernel: string): NotebookState {
  const list = cells.length > 0 ? cells : [{ kind: "code" as const, source: "", outputs: [], count: null }];
  return { cells: list.map((cell, key) => ({ ...cell, key, state: null })), next: list.length, kernel };
}

export function edited(state: NotebookState, key: number, source: string): NotebookState {
  return { ...state, cells: state.cells.map((cell) => (cell.key === key ? { ...cell, source } : cell)) };
}

export function added(state: NotebookState, after: number, kind: Cell["kind"]): NotebookState {
  const cell: CellOnPage = { kind, source: "", outputs: [], count: null, key: state.next, state: null };
  const cells = [...state.cells];
  cells.splice(after + 1, 0, cell);
  return { ...state, cells, next: state.next + 1 };
}

export function removed(state: NotebookState, key: number): NotebookState {
  return { ...state, cells: state.cells.filter((cell) => cell.key !== key) };
}

export function queued(state: NotebookState, key: number): NotebookState {
  return { ...state, cells: state.cells.map((cell) => (cell.key === key ? { ...cell, state: "queued", outputs: [] } : cell)) };
}

export function heard(state: NotebookState, push: Extract<Push, { push: "notebook" }>): NotebookState {
  return {
    ...state,
    cells: state.cells.map((cell, index) => (index === push.cell ? { ...cell, state: push.state, outputs: push.outputs, count: push.count } : cell)),
  };
}

/** What is written down: without what only the page knows. */
export function written(state: NotebookState): Cell[] {
  return state.cells.map(({ kind, source, outputs, count }) => ({ kind, source, outputs, count }));
}
