import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { extensionOf, type Language } from "./languages";

// Colours come from the page's theme by custom properties, so that light and dark need no second set of rules here.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName), tags.propertyName], color: "var(--code-name)" },
  { tag: tags.heading, fontWeight: "bold", color: "var(--code-keyword)" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "bold" },
]);

const look = EditorView.theme({
  "&": { color: "var(--colorNeutralForeground1)", backgroundColor: "var(--colorNeutralBackground1)", fontSize: "14px" },
  "&.cm-focused": { outline: "2px solid var(--colorStrokeFocus2)", outlineOffset: "-2px" },
  ".cm-content": { fontFamily: "'Cascadia Mono', 'DejaVu Sans Mono', Consolas, monospace", caretColor: "var(--colorNeutralForeground1)" },
  ".cm-gutters": { color: "var(--colorNeutralForeground3)", backgroundColor: "var(--colorNeutralBackground2)", border: "none" },
  ".cm-activeLine": { backgroundColor: "var(--code-line)" },
  ".cm-cursor": { borderLeftColor: "var(--colorNeutralForeground1)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--code-selection) !important" },
});

interface Props {
  text: string;
  language: Language;
  label: string;
  onChange(text: string): void;
  onLeave?(): void;
  /** Shift+Enter and Ctrl+Enter: run the cell. */
  onRun?(): void;
  lines?: boolean;
  /** Only read: a log, a document of Azure. */
  still?: boolean;
}

export function CodeMirror({ text, language, label, onChange, onLeave, onRun, lines = true, still = false }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const calls = useRef({ onChange, onLeave, onRun });
  calls.current = { onChange, onLeave, onRun };
  const speaking = useRef(new Compartment());
  const started = useRef({ text, language, label, lines, still });

  useEffect(() => {
    if (place.current === null) return undefined;
    const run = () => {
      if (calls.current.onRun === undefined) return false;
      calls.current.onRun();
      return true;
    };
    const { text: first, language: tongue, label: name, lines: numbered, still: readOnly } = started.current;
    const extensions: Extension[] = [
      keymap.of([{ key: "Shift-Enter", run }, { key: "Mod-Enter", run }]),
      numbered ? lineNumbers() : [], highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), autocompletion(),
      highlightActiveLine(), highlightSelectionMatches(), syntaxHighlighting(colours), indentUnit.of(tongue === "python" ? "    " : "  "), EditorView.lineWrapping, look,
      // Escape, then Tab, leaves: CodeMirror's own way out for keyboards.
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, indentWithTab]),
      speaking.current.of(extensionOf(tongue)),
      // Without the attribute Fluent's bars think that nothing follows them, and Tab leaves the page.
      EditorView.contentAttributes.of({ "aria-label": name, tabindex: "0", ...(readOnly ? { "aria-readonly": "true" } : {}) }),
      EditorState.readOnly.of(readOnly),
      EditorView.updateListener.of((update) => {
        // What the server said is no change of the person's.
        if (update.docChanged && !update.transactions.some((one) => one.annotation(Transaction.remote))) calls.current.onChange(update.state.doc.toString());
        if (update.focusChanged && !update.view.hasFocus) calls.current.onLeave?.();
      }),
    ];
    view.current = new EditorView({ parent: place.current, state: EditorState.create({ doc: first, extensions }) });
    return () => {
      view.current?.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: speaking.current.reconfigure(extensionOf(language)) });
  }, [language]);

  useEffect(() => {
    const now = view.current;
    if (now === null || now.state.doc.toString() === text) return;
    // Who reads the end of a log sees it grow.
    const { scrollTop, scrollHeight, clientHeight } = now.scrollDOM;
    const atEnd = still && scrollHeight > clientHeight && scrollTop + clientHeight >= scrollHeight - 20;
    now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: text }, annotations: Transaction.remote.of(true) });
    if (atEnd) now.dispatch({ effects: EditorView.scrollIntoView(now.state.doc.length) });
  }, [text, still]);

  return <div className="code" ref={place} />;
}
