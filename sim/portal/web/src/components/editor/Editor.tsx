import { useStore } from "../../live/store";
import { useDraft } from "../../page/useDraft";
import type { Control, View } from "../../protocol";
import { useStrings } from "../../strings/strings";
import { CodeMirror } from "./CodeMirror";
import { languageOf } from "./languages";

/** The name of the file in an editor. The view gives it as the editor's hint (optional to the server); otherwise it is the
 *  text beside the editor that looks like a path. */
export function pathOf(control: Control, view: View | null): string {
  if (control.hint) return control.hint;
  const texts = (view?.controls ?? []).filter((one) => one.kind === "text" && one.table === undefined);
  return texts.map((one) => one.label).find((label) => /\.\w+$/.test(label)) ?? "";
}

/** Every change is told after a pause and before anything is pressed, so that the page's Save saves it. */
export default function Editor({ control }: { control: Control }) {
  const path = useStore((state) => pathOf(control, state.view));
  return <FileEditor key={path} control={control} path={path} />;
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
