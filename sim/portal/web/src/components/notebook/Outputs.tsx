import DOMPurify from "dompurify";
import { useMemo, useRef, useState } from "react";
import type { Output } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { Markup } from "../markup";
import { piecesOf } from "./ansi";
import { marked } from "./markdown";

/** nbformat writes long texts as lists of lines. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join("");
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value, null, 2);
}

function Ansi({ text, error = false }: { text: string; error?: boolean }) {
  return (
    <pre className={error ? "out out-error" : "out"}>
      {piecesOf(text).map((piece, index) => <span key={index} className={`${piece.colour === null ? "" : `ansi-${piece.colour}`} ${piece.bold ? "bold" : ""}`}>{piece.text}</span>)}
    </pre>
  );
}

const FRAME_STYLE = `<style>body{font:14px system-ui,sans-serif;margin:4px}table{border-collapse:collapse}td,th{padding:4px 10px;border-bottom:1px solid #ddd;text-align:right}</style>`;

/** HTML of a cell: cleaned, and in a frame that runs no script and shares nothing but its height. */
function Html({ html }: { html: string }) {
  const t = useStrings();
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(60);
  const page = useMemo(() => FRAME_STYLE + DOMPurify.sanitize(html, { FORBID_TAGS: ["form", "input", "button", "iframe", "object", "embed", "link", "meta", "base"], FORBID_ATTR: ["href", "target", "action", "srcset"], ALLOWED_URI_REGEXP: /^data:image\//i }), [html]);
  return (
    <iframe ref={frame} className="out-html" sandbox="allow-same-origin" srcDoc={page} title={t("outputHtml")} style={{ height }}
      onLoad={() => setHeight(Math.min(600, (frame.current?.contentDocument?.documentElement.scrollHeight ?? 60) + 4))} />
  );
}

function Data({ data }: { data: Record<string, unknown> }) {
  const t = useStrings();
  for (const kind of ["image/png", "image/jpeg", "image/gif"]) {
    if (data[kind] !== undefined) return <img className="out-image" alt={textOf(data["text/plain"]) || t("outputImage")} src={`data:${kind};base64,${textOf(data[kind]).replace(/\s/g, "")}`} />;
  }
  // A picture is drawn as an image, where its scripts are dead.
  if (data["image/svg+xml"] !== undefined) return <img className="out-image" alt={textOf(data["text/plain"]) || t("outputImage")} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(textOf(data["image/svg+xml"]))}`} />;
  if (data["text/html"] !== undefined) return <Html html={textOf(data["text/html"])} />;
  if (data["text/markdown"] !== undefined) return <Markup html={marked(textOf(data["text/markdown"]))} />;
  if (data["application/json"] !== undefined) return <Ansi text={textOf(data["application/json"])} />;
  return <Ansi text={textOf(data["text/plain"])} />;
}

export function OutputOf({ output }: { output: Output }) {
  if (output.output_type === "stream") return <Ansi text={textOf(output.text)} error={output.name === "stderr"} />;
  if (output.output_type === "error") {
    const trace = (output.traceback ?? []).join("\n");
    return <Ansi error text={trace === "" ? `${output.ename ?? ""}: ${output.evalue ?? ""}` : trace} />;
  }
  return <Data data={output.data ?? {}} />;
}
