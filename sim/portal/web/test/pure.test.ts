import { describe, expect, it } from "vitest";
import { durationOf, localeFor, secondsOf } from "../src/app/format";
import { openOf, searchFor } from "../src/app/history";
import { simulatedNow, waitedFor } from "../src/app/Tools";
import { columnsOf, joined, nextPage, seriesIn } from "../src/components/chart/series";
import { detailsOf } from "../src/components/deployment/details";
import { languageOf } from "../src/components/editor/languages";
import { rowsOf } from "../src/components/files/Files";
import { cleaned } from "../src/components/markup";
import { onAsked, tellComponent } from "../src/live/asked";
import { overwritten, piecesOf } from "../src/components/notebook/ansi";
import { added, edited, heard, opened, queued, removed, written } from "../src/components/notebook/model";
import { textOf } from "../src/components/notebook/Outputs";
import { base64Of, bytesOf } from "../src/components/transfer";
import { bestLanguage, fill, languageName } from "../src/strings/strings";
import en from "../src/strings/en.json";
import fr from "../src/strings/fr.json";
import { recorded } from "./views";

describe("strings", () => {
  it("are complete in French, with the same places for values", () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
    const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [key, text] of Object.entries(en)) expect(places(fr[key as keyof typeof fr]), key).toEqual(places(text));
  });
  it("fill their places", () => expect(fill("{a} of {b} {c}", { a: 1, b: "two" })).toBe("1 of two {c}"));
  it("follow the person's wish", () => {
    const offered = ["en", "fr", "pt-BR", "zh-Hans", "zh-Hant"];
    expect(bestLanguage(["fr-CA"], offered)).toBe("fr");
    expect(bestLanguage(["sv", "pt-PT"], offered)).toBe("pt-BR");
    expect(bestLanguage(["zh-TW"], offered)).toBe("zh-Hant");
    expect(bestLanguage(["zh-CN"], offered)).toBe("zh-Hans");
    expect(bestLanguage(["sv"], offered)).toBe("en");
    expect(languageName("zh-cn")).toBe("简体中文");
  });
});

describe("formats", () => {
  it("reads Azure's durations", () => {
    expect(secondsOf("PT1M4.5S")).toBe(64.5);
    expect(secondsOf("P1DT2H")).toBe(93600);
    expect(secondsOf("soon")).toBe(null);
    expect(durationOf("PT2M0.9S", "en")).toBe("2m 1s");
    expect(durationOf("soon", "en")).toBe("soon");
  });
  it("writes dates as the person's region does", () => {
    expect(localeFor("en", ["fr-FR", "en-GB", "en-US"])).toBe("en-GB");
    expect(localeFor("ja", ["fr-FR"])).toBe("ja");
  });
  it("lets simulated time go on between two words of the server", () => {
    const clock = { now: "2026-11-23T09:00:00Z", speed: 60, waiting: [], next: null };
    expect(new Date(simulatedNow(clock, 1000, 3000)).toISOString()).toBe("2026-11-23T09:02:00.000Z");
  });
});

describe("what is awaited", () => {
  const t = (key: string, values?: Record<string, string | number>) => `${key} ${values?.name}`;
  it("is said by what becomes of the resource", () => {
    const of = (operation: string) => waitedFor({ operation, resource: "/x/ci", name: "ci" }, t);
    expect(["computes.restart", "computes.start", "workspaces.create", "job", "odd"].map(of)).toEqual(["waitRestart ci", "waitStart ci", "waitCreate ci", "waitJob ci", "ci (odd)"]);
    expect(waitedFor("a word", t)).toBe("a word");
  });
});

describe("addresses", () => {
  it("stand readable in the browser's own and come back as they were", () => {
    const address = "https://portal.azure.com/#resource/subscriptions/1/a b?x=1&y=2";
    const search = searchFor("?l=fr", address);
    expect(search).toBe("?l=fr&open=https://portal.azure.com/%23resource/subscriptions/1/a%20b%3Fx%3D1%26y%3D2");
    expect(openOf(search)).toBe(address);
    expect(searchFor(search, "")).toBe("?l=fr");
  });
});

describe("components", () => {
  it("draws one series without a copy and several on common steps", () => {
    expect(columnsOf([{ name: "a", points: [[0, 2], [1, 1]] }])).toEqual([[0, 1], [2, 1]]);
    expect(columnsOf([{ name: "a", points: [[0, 2], [2, 1]] }, { name: "b", points: [[1, 5]] }])).toEqual([[0, 1, 2], [2, null, 1], [null, 5, null]]);
    expect(seriesIn({ series: [{ name: "a", points: [] }, { name: 3 }] })).toEqual([{ name: "a", points: [] }]);
    expect(seriesIn("no")).toEqual([]);
  });
  it("reads MLflow's histories, of one run and of several, in pages", () => {
    expect(seriesIn({ metrics: [{ key: "loss", value: 0.5, step: 2 }, { key: "loss", value: 1, step: 1 }, { key: "loss", value: "NaN", step: 3 }] })).toEqual([{ name: "loss", points: [[1, 1], [2, 0.5]] }]);
    expect(seriesIn({ metrics: [{ key: "a", value: 1, step: 0, run_id: "r1" }, { key: "a", value: 2, step: 0, run_id: "r2" }] }).map((one) => one.name)).toEqual(["r1", "r2"]);
    expect(nextPage("https://h/x?k=1", { next_page_token: "a b" })).toBe("https://h/x?k=1&page_token=a%20b");
    expect(nextPage("https://h/x?k=1&page_token=old", { next_page_token: "new" })).toBe("https://h/x?k=1&page_token=new");
    expect(nextPage("https://h/x", { metrics: [] })).toBe(null);
    expect(joined([[{ name: "a", points: [[0, 1]] }], [{ name: "a", points: [[1, 2]] }]])).toEqual([{ name: "a", points: [[0, 1], [1, 2]] }]);
  });
  it("lists an error's details from the outermost on", () => {
    const message = { error: { code: "DeploymentFailed", message: "It failed.", details: [{ code: "Conflict", message: "Taken." }] } };
    expect(detailsOf(message)).toEqual([{ code: "DeploymentFailed", message: "It failed.", depth: 0 }, { code: "Conflict", message: "Taken.", depth: 1 }]);
    expect(detailsOf("OK")).toEqual([]);
  });
  it("knows a file's language", () => {
    expect(["a/train.py", "c.yml", "x.json", "run.sh", "README.md", "data"].map(languageOf)).toEqual(["python", "yaml", "json", "shell", "markdown", "text"]);
  });
  it("lays a tree of files out as rows", () => {
    const files = recorded("en-notebooks").controls[0];
    if (files === undefined) throw new Error("no files");
    expect(rowsOf(files).map((row) => `${row.depth} ${row.path} ${row.open}`)).toEqual(["1 Users true", "2 Users/alex.martin false"]);
  });
  it("carries bytes as base64", () => {
    const bytes = Uint8Array.from({ length: 70000 }, (_, index) => index % 251);
    expect(bytesOf(base64Of(bytes))).toEqual(bytes);
  });
});

describe("outputs of cells", () => {
  it("keep colours and nothing else of escapes", () => {
    expect(piecesOf("\u001b[1;31mno\u001b[0m yes\u001b[2K")).toEqual([{ text: "no", colour: "red", bold: true }, { text: " yes", colour: null, bold: false }]);
    expect(piecesOf("\u001b[38;5;196mx\u001b[39m")).toEqual([{ text: "x", colour: null, bold: false }]);
  });
  it("write over a line as progress bars do", () => expect(overwritten("1%\r50%\r\n2\r3")).toBe("50%\n3"));
  it("join nbformat's lines", () => expect(textOf(["a\n", "b"])).toBe("a\nb"));
  it("are cleaned", () => {
    expect(cleaned("<div onclick=\"x()\">a<script>x()</script><img src=x onerror=x()><a href=\"javascript:x()\">b</a><form><input></form></div>")).toBe("<div>a<img src=\"x\"><a>b</a></div>");
    expect(cleaned("<style>*{}</style><b style=\"position:fixed\" id=\"root\">c</b><iframe src=\"/\"></iframe>")).toBe("<b>c</b>");
  });
});

describe("a notebook on the page", () => {
  const start = opened([{ id: "a", kind: "code", source: "1", outputs: [], count: null }, { id: "b", kind: "markdown", source: "# a", outputs: [], count: null, state: "done" }], "Python 3", "none");
  const ids = (state: typeof start) => state.cells.map((cell) => cell.id);
  it("keeps the ids of cells when one comes between", () => {
    const more = added(start, 0, "code");
    const made = ids(more)[1] ?? "";
    expect(ids(more)).toEqual(["a", made, "b"]);
    expect(made).toMatch(/^[0-9a-f]{16}$/);
    expect(ids(removed(more, made))).toEqual(["a", "b"]);
  });
  it("takes what the kernel says by the cell's id, wherever the cell is now", () => {
    const moved = added(queued(edited(start, "a", "2"), "a"), -1, "code");
    expect(moved.cells[1]?.state).toBe("queued");
    const run = heard(moved, { push: "notebook", path: "p", cell: "a", state: "done", outputs: [{ output_type: "stream", text: "2" }], count: 4 });
    expect(run.cells[1]).toEqual({ id: "a", kind: "code", source: "2", outputs: [{ output_type: "stream", text: "2" }], count: 4, state: "done" });
    expect(run.cells[0]?.outputs).toEqual([]);
  });
  it("writes down what is its own to say", () => expect(written(start)).toEqual([{ id: "a", kind: "code", source: "1" }, { id: "b", kind: "markdown", source: "# a" }]));
  it("gives an empty notebook a first cell", () => expect(opened([], "k", "idle").cells.length).toBe(1));
});

describe("what a press asks of a component", () => {
  const run = { component: "notebook", does: "runAll", text: "" };
  it("waits for a component that comes with the page, once", () => {
    const told: string[] = [];
    tellComponent(run);
    const leave = onAsked("notebook", (asked) => told.push(asked.does));
    expect(told).toEqual(["runAll"]);
    tellComponent(run);
    expect(told).toEqual(["runAll", "runAll"]);
    leave();
    tellComponent(run);
    tellComponent(undefined);
    onAsked("notebook", (asked) => told.push(asked.does))();
    expect(told).toEqual(["runAll", "runAll"]);
  });
});
