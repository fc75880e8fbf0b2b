import { useStore } from "../../live/store";
import { useDraft } from "../../page/useDraft";
import type { Control, View } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { CodeMirror } from "./CodeMirror";
import { languageOf } from "./languages";

/** The name of the file in an editor. The view gives it as the editor's hint (optional to the server); otherwise it is the
 *  text beside the editor that looks like a path. */
export function pathOf(control: Control, view: View | null): string {
  if (control.hint && control.enabled !== false) return control.hint;
  const texts = (list: Control[]): string[] => list.flatMap((one) => [...(one.kind === "text" && one.table === undefined ? [one.label] : []), ...texts(one.children ?? [])]);
  return texts(view?.controls ?? []).find((label) => /\.\w+$/.test(label)) ?? "";
}

/** Every change is told after a pause and before anything is pressed, so that the page's Save saves it. */
export default function Editor({ control }: { control: Control }) {
  const path = useStore((state) => pathOf(control, state.view));
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
