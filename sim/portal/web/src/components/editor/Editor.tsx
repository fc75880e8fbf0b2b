import { useDraft } from "../../page/useDraft";
import type { Control } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { CodeMirror } from "./CodeMirror";
import { languageOf } from "./languages";

/** Every change is told after a pause and before anything is pressed, so that the page's Save saves it. */
export default function Editor({ control }: { control: Control }) {
  const path = control.hint ?? "";
  if (control.enabled === false) return <Reader control={control} path={path} />;
  return <FileEditor key={path} control={control} path={path} />;
}

/** What can only be read: a log as it grows, a resource as JSON. */
function Reader({ control, path }: { control: Control; path: string }) {
  const text = control.value ?? "";
  const language = path === "" && /^[[{]/.test(text) ? "json" : languageOf(path);
  return (
    <div className="editor editor-still" data-id={control.id} data-path={path}>
      <CodeMirror key={path} still text={text} language={language} label={`${control.label} ${path}`} onChange={() => undefined} />
    </div>
  );
}

function FileEditor({ control, path }: { control: Control; path: string }) {
  const t = useStrings();
  const draft = useDraft("type", control.id, control.value ?? "", 600);
  return (
    <div className="editor" data-id={control.id} data-path={path}>
      <span className="unseen">{t("editorTabLeaves")}</span>
      <CodeMirror text={draft.text} language={languageOf(path)} label={`${t("editor")} ${path}`} onChange={draft.change} onLeave={() => void draft.flush()} />
    </div>
  );
}
