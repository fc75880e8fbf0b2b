import DOMPurify from "dompurify";
import { useMemo } from "react";
import { act } from "../live/live";

// The one place where markup from outside is drawn, after it was cleaned: no script, no style, no form, no frame.

const FORBIDDEN = ["style", "form", "input", "button", "textarea", "select", "iframe", "object", "embed", "link", "meta", "base", "audio", "video"];

export function cleaned(html: string): string {
  return DOMPurify.sanitize(html, { USE_PROFILES: { html: true }, FORBID_TAGS: FORBIDDEN, FORBID_ATTR: ["style", "id", "name", "target", "srcset"] });
}

/** Addresses of Azure lead to the simulated page; others open beside it, without knowing where they were opened from. */
function follow(event: React.MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null) return;
  event.preventDefault();
  const address = link.getAttribute("href") ?? "";
  if (/^https:\/\/(portal\.azure\.com|ml\.azure\.com)/.test(address)) void act("open", "", address);
  else if (/^https?:/.test(address)) window.open(address, "_blank", "noopener,noreferrer");
}

export function Markup({ html, className = "" }: { html: string; className?: string }) {
  const clean = useMemo(() => cleaned(html), [html]);
  return <div className={`markup ${className}`} onClick={follow} dangerouslySetInnerHTML={{ __html: clean }} />;
}
