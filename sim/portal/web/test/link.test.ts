import { beforeEach, describe, expect, it, vi } from "vitest";
import { Link, LostError, pauseBefore, type Socket } from "../src/live/link";
import type { Push } from "../src/protocol";

class FakeSocket implements Socket {
  readyState = 1;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  sent: Record<string, unknown>[] = [];
  send(text: string) { this.sent.push(JSON.parse(text) as Record<string, unknown>); }
  close() { this.onclose?.({} as CloseEvent); }
  open() { this.onopen?.({} as Event); }
  hear(message: object) { this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent); }
  greet() {
    this.open();
    this.hear({ re: this.sent[0]?.id, session: "s", view: {}, apps: [] });
  }
}

let sockets: FakeSocket[];
let pushes: Push[];
let states: string[];
let link: Link;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  pushes = [];
  states = [];
  link = new Link(() => { const one = new FakeSocket(); sockets.push(one); return one; }, () => ({ language: "fr", session: "kept" }), {
    state: (state, attempt) => states.push(`${state} ${attempt}`), welcome: () => states.push("welcome"), refused: (error) => states.push(`refused ${error}`), push: (push) => pushes.push(push),
  });
  link.start();
});

const last = () => sockets[sockets.length - 1] as FakeSocket;

describe("the link", () => {
  it("greets first and asks what waited afterwards", async () => {
    const answer = link.ask("view", {});
    last().open();
    expect(last().sent).toEqual([{ id: 2, ask: "hello", language: "fr", session: "kept" }]);
    last().hear({ re: 2, session: "s" });
    expect(last().sent[1]).toEqual({ id: 1, ask: "view" });
    last().hear({ re: 1, apps: ["portal"] });
    expect(await answer).toEqual({ re: 1, apps: ["portal"] });
    expect(states).toEqual(["connecting 0", "open 0", "welcome"]);
  });

  it("hands answers to their questions, whatever their order, and errors as errors", async () => {
    last().greet();
    const one = link.ask("view", {});
    const two = link.ask("clock.skip", {});
    last().hear({ re: 3, error: "nothing is pending" });
    last().hear({ re: 2, apps: [] });
    await expect(two).rejects.toThrow("nothing is pending");
    expect(await one).toEqual({ re: 2, apps: [] });
  });

  it("passes pushes on", () => {
    last().greet();
    last().hear({ push: "terminal", terminal: "t", data: "$ " });
    expect(pushes).toEqual([{ push: "terminal", terminal: "t", data: "$ " }]);
  });

  it("says a refused greeting", async () => {
    last().open();
    last().hear({ re: 1, error: "the key is missing" });
    await vi.runAllTimersAsync();
    expect(states).toContain("refused the key is missing");
  });

  it("repeats what was typed after a loss, and never a press", async () => {
    last().greet();
    const typed = link.ask("act", { kind: "fill", target: "name", value: "lab" });
    const pressed = link.ask("act", { kind: "click", target: "create", value: "" });
    const lost = expect(pressed).rejects.toEqual(new LostError(true));
    last().close();
    await lost;
    expect(states[states.length - 1]).toBe("lost 1");
    await vi.advanceTimersByTimeAsync(pauseBefore(1));
    expect(sockets.length).toBe(2);
    last().greet();
    expect(last().sent.slice(1)).toEqual([{ id: 2, ask: "act", kind: "fill", target: "name", value: "lab" }]);
    last().hear({ re: 2, outcome: { ok: true } });
    expect(await typed).toEqual({ re: 2, outcome: { ok: true } });
  });

  it("keeps what is asked while the connection is lost", async () => {
    last().greet();
    last().close();
    void link.ask("act", { kind: "click", target: "create", value: "" });
    await vi.advanceTimersByTimeAsync(pauseBefore(1));
    last().greet();
    expect(last().sent[1]).toMatchObject({ ask: "act", kind: "click", target: "create" });
  });

  it("waits longer each time, and not for ever", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 20].map(pauseBefore)).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it("does not come back once it was ended", async () => {
    last().greet();
    link.end();
    await vi.advanceTimersByTimeAsync(20000);
    expect(sockets.length).toBe(1);
  });
});
