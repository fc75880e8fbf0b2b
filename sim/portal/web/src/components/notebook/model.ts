import type { Cell, CellState, CellText, KernelState, Push } from "../../protocol";

// A notebook as the page holds it: cells by their ids, so that inserting one moves no editor.

export interface CellOnPage extends Omit<Cell, "state"> {
  state: CellState | null;
}

export interface NotebookState { cells: CellOnPage[]; kernel: string; kernelState: KernelState }

export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function empty(kind: Cell["kind"]): CellOnPage {
  return { id: newId(), kind, source: "", outputs: [], count: null, state: null };
}

export function opened(cells: Cell[], kernel: string, kernelState: KernelState): NotebookState {
  return { cells: cells.length > 0 ? cells.map((cell) => ({ ...cell, state: cell.state ?? null })) : [empty("code")], kernel, kernelState };
}

export function edited(state: NotebookState, id: string, source: string): NotebookState {
  return { ...state, cells: state.cells.map((cell) => (cell.id === id ? { ...cell, source } : cell)) };
}

export function added(state: NotebookState, after: number, kind: Cell["kind"]): NotebookState {
  const cells = [...state.cells];
  cells.splice(after + 1, 0, empty(kind));
  return { ...state, cells };
}

export function removed(state: NotebookState, id: string): NotebookState {
  return { ...state, cells: state.cells.filter((cell) => cell.id !== id) };
}

export function queued(state: NotebookState, id: string): NotebookState {
  return { ...state, cells: state.cells.map((cell) => (cell.id === id ? { ...cell, state: "queued" } : cell)) };
}

export function heard(state: NotebookState, push: Extract<Push, { push: "notebook" }>): NotebookState {
  return {
    ...state,
    cells: state.cells.map((cell) => (cell.id === push.cell ? { ...cell, state: push.state, outputs: push.outputs, count: push.count } : cell)),
  };
}

/** What is written down: what the server does not know already. */
export function written(state: NotebookState): CellText[] {
  return state.cells.map(({ id, kind, source }) => ({ id, kind, source }));
}
