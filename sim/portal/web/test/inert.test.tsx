import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import { describe, expect, it } from "vitest";
import { Markup } from "../src/components/markup";
import { marked } from "../src/components/notebook/markdown";
import { OutputOf } from "../src/components/notebook/Outputs";
import { Any } from "../src/page/Controls";
import type { Control, Output } from "../src/protocol";

// What comes from outside (names, logs, outputs, Markdown) is seen and does nothing.

const ATTACKS = [
  "<script>parent.broken = 1</script>",
  "<img src=x onerror=\"parent.broken = 1\">",
  "<svg onload=\"parent.broken = 1\"><script>parent.broken = 1</script><a xlink:href=\"javascript:broken\"><text>t</text></a><foreignObject><body onload=\"x()\"></body></foreignObject></svg>",
  "<iframe src=\"https://example.org\"></iframe><iframe srcdoc=\"<script>parent.parent.broken = 1</script>\"></iframe>",
  "<a href=\"javascript:parent.broken = 1\">link</a><a href=\" jav&#x09;ascript:x()\">link</a>",
  "<object data=\"x\"></object><embed src=\"x\"><link rel=stylesheet href=\"https://example.org/x.css\"><meta http-equiv=refresh content=\"0;url=https://example.org\"><base href=\"https://example.org/\">",
  "<form action=\"https://example.org\"><input name=a><button formaction=\"javascript:x()\">b</button></form>",
  "<math><mtext><table><mglyph><style><img src=x onerror=x()></style></mglyph></table></mtext></math>",
  "<div style=\"background:url(https://example.org/x)\" onclick=\"x()\" onmouseover=x()>d</div>",
];

/** What a browser would carry out, fetch or follow, of markup that was cleaned. */
function alive(root: ParentNode): string[] {
  const found: string[] = [];
  for (const element of root.querySelectorAll("*")) {
    if (["script", "iframe", "object", "embed", "link", "meta", "base", "form", "input", "button"].includes(element.localName)) found.push(`<${element.localName}>`);
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || ["action", "formaction", "srcdoc", "srcset", "target"].includes(name)) found.push(name);
      if (/^\s*(javascript|vbscript|data:text)/i.test(value.replace(/[\t\n\r]/g, ""))) found.push(`${name}=${value}`);
    }
  }
  return found;
}

function drawn(element: ReactElement): HTMLElement {
  return render(<FluentProvider theme={webLightTheme}>{element}</FluentProvider>).container;
}

function output(data: Record<string, unknown>): Output {
  return { output_type: "display_data", data };
}

/** The document of the frame in which a cell's HTML is drawn. */
function framed(html: string): { frame: HTMLIFrameElement; inside: Document } {
  const frame = drawn(<OutputOf output={output({ "text/html": html })} />).querySelector("iframe");
  if (frame === null) throw new Error("no frame");
  return { frame, inside: new DOMParser().parseFromString(frame.srcdoc, "text/html") };
}

describe("markup from outside", () => {
  it.each(ATTACKS)("does nothing in Markdown and texts of labs: %s", (attack) => {
    expect(alive(drawn(<Markup html={`${attack}<p>kept</p>`} />))).toEqual([]);
    expect(alive(drawn(<Markup html={marked(`# Title\n\n${attack}\n\n[link](javascript:x())\n\n![i](javascript:x())`)} />))).toEqual([]);
  });

  it.each(ATTACKS)("does nothing in an output's HTML: %s", (attack) => {
    const { frame, inside } = framed(`${attack}<table><tr><td>kept</td></tr></table>`);
    // Without scripts and forms, whatever slips through; and nothing is fetched, by the page's policy, which a frame inherits.
    expect(frame.getAttribute("sandbox")).toBe("allow-same-origin");
    expect(alive(inside)).toEqual([]);
    expect(inside.querySelector("a[href]")).toBeNull();
    expect(inside.querySelector("td")?.textContent).toBe("kept");
  });

  it.each(ATTACKS)("is text in streams, errors, names and logs: %s", (attack) => {
    const control: Control = { id: "row", kind: "link", label: attack, value: attack, hint: attack };
    const elements = [
      <OutputOf key="1" output={{ output_type: "stream", name: "stdout", text: attack }} />,
      <OutputOf key="2" output={{ output_type: "error", ename: attack, evalue: attack, traceback: [attack] }} />,
      <OutputOf key="3" output={output({ "text/plain": attack })} />,
      <OutputOf key="4" output={output({ "application/json": { a: attack } })} />,
      <Any key="5" control={control} />,
      <Any key="6" control={{ ...control, kind: "text" }} />,
      <Any key="7" control={{ ...control, kind: "status" }} />,
    ];
    for (const element of elements) {
      const place = drawn(element);
      expect(place.querySelector("script, img, iframe, object, form, a[href]")).toBeNull();
      expect(place.textContent).toContain(attack.includes("kept") ? "kept" : "<");
    }
  });

  it("draws a picture's markup as a picture, where scripts are dead", () => {
    const place = drawn(<OutputOf output={output({ "image/svg+xml": "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>x()</script></svg>" })} />);
    expect(place.querySelector("svg, script")).toBeNull();
    expect(place.querySelector("img")?.getAttribute("src")).toMatch(/^data:image\/svg\+xml;charset=utf-8,%3Csvg/);
  });

  it("takes no address out of a picture that is none", () => {
    const place = drawn(<OutputOf output={output({ "image/png": "x\" onerror=\"y()" })} />);
    expect(alive(place)).toEqual([]);
    expect(place.querySelector("img")?.getAttribute("src")).toBe("data:image/png;base64,x\"onerror=\"y()");
  });

  it("keeps what notebooks need: tables, emphasis, pictures in the data", () => {
    const { inside } = framed("<table class=\"dataframe\"><thead><tr><th>a</th></tr></thead></table><img src=\"data:image/png;base64,AA==\">");
    expect(inside.querySelector("th")?.textContent).toBe("a");
    expect(inside.querySelector("img")?.getAttribute("src")).toBe("data:image/png;base64,AA==");
    expect(drawn(<Markup html={marked("**b** `c` [l](https://example.org)")} />).querySelector("strong, code, a[href]")).not.toBeNull();
  });
});
