import { StreamLanguage } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { json } from "@codemirror/lang-json";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { shell } from "@codemirror/legacy-modes/mode/shell";

export type Language = "python" | "json" | "yaml" | "markdown" | "shell" | "text";

const byEnding: Record<string, Language> = {
  py: "python", json: "json", yml: "yaml", yaml: "yaml", md: "markdown", sh: "shell", bash: "shell", ipynb: "json",
};

export function languageOf(path: string): Language {
  return byEnding[path.split(".").pop()?.toLowerCase() ?? ""] ?? "text";
}

export function extensionOf(language: Language): Extension {
  switch (language) {
    case "python": return python();
    case "json": return json();
    case "yaml": return yaml();
    case "markdown": return markdown();
    case "shell": return StreamLanguage.define(shell);
    case "text": return [];
  }
}
