import { Combobox, Dropdown, Field as FluentField, Input, Option, Radio, RadioGroup } from "@fluentui/react-components";
import { useState } from "react";
import { act, type as say } from "../live/live";
import type { Control } from "../protocol";
import { useStrings } from "../strings/strings";
import { valueOfOption } from "./layout";
import { langOf } from "./tables";
import { useDraft } from "./useDraft";

/** Above so many options, a list is searched rather than read. */
const SEARCHED = 10;

interface Props { control: Control; layout?: "form" | "bar" }

function optionsOf(control: Control) {
  return (control.children ?? []).filter((one) => one.kind === "option")
    .map((one) => ({ value: valueOfOption(control, one), label: one.label, id: one.id, chosen: one.value === "selected", lang: langOf(one), disabled: one.enabled === false }));
}

/** Whether a name of the person's own may stand where names are offered: the view says so (optional to the server), and a
 *  field in which nothing offered was chosen when it came into sight is taken for one; the session refuses where it is none. */
function useFree(control: Control, chosen: boolean): boolean {
  const [unmatched] = useState(!chosen);
  return control.free ?? unmatched;
}

function Chooser({ control }: Props) {
  const t = useStrings();
  const options = optionsOf(control);
  const chosen = options.find((one) => one.chosen);
  const [sought, setSought] = useState<string | null>(null);
  const free = useFree(control, chosen !== undefined);
  const shown = chosen?.label ?? control.value ?? "";
  const common = {
    "data-id": control.id,
    disabled: control.enabled === false,
    placeholder: t("choose"),
    selectedOptions: chosen === undefined ? [] : [chosen.value],
    onOptionSelect: (_: unknown, data: { optionValue?: string }) => {
      // A text that no longer fits the chosen option clears it: then the person is still typing.
      if (data.optionValue === undefined) return;
      setSought(null);
      void say("choose", control.id, data.optionValue);
    },
  };
  if (options.length <= SEARCHED && !free) {
    return (
      <Dropdown {...common} value={shown}>
        {options.map((one) => <Option key={one.id} data-id={one.id} value={one.value} text={one.label} lang={one.lang} disabled={one.disabled}>{one.label}</Option>)}
      </Dropdown>
    );
  }
  const found = sought === null ? options : options.filter((one) => `${one.label} ${one.value}`.toLowerCase().includes(sought.toLowerCase()));
  const leave = () => {
    if (free && sought !== null && sought !== shown) void say("fill", control.id, sought);
    setSought(null);
  };
  return (
    <Combobox {...common} freeform={free} value={sought ?? shown} onChange={(event) => setSought(event.target.value)} onBlur={leave}>
      {found.map((one) => <Option key={one.id} data-id={one.id} value={one.value} text={one.label} lang={one.lang} disabled={one.disabled}>{one.label}</Option>)}
      {found.length === 0 && !free && <Option disabled value="" text="">{t("noOptions")}</Option>}
    </Combobox>
  );
}

function Radios({ control }: Props) {
  const options = optionsOf(control);
  return (
    <RadioGroup data-id={control.id} value={options.find((one) => one.chosen)?.value ?? ""} disabled={control.enabled === false}
      onChange={(_, data) => void say("choose", control.id, data.value)}>
      {options.map((one) => <Radio key={one.id} data-id={one.id} value={one.value} label={one.label} lang={one.lang} disabled={one.disabled} />)}
    </RadioGroup>
  );
}

function Line({ control }: Props) {
  const draft = useDraft("fill", control.id, control.value ?? "");
  return (
    <Input data-id={control.id} data-draft={draft.dirty || undefined} value={draft.text} type={control.format === "time" ? "time" : "text"} disabled={control.enabled === false}
      autoComplete="off" spellCheck={false} required={control.required ?? false}
      onChange={(_, data) => draft.change(data.value)} onBlur={() => void draft.flush()} />
  );
}

/** What is typed is searched for with Enter: in the site's frame, and on pages that are searched. */
export function SearchField({ control }: Props) {
  const [text, setText] = useState(control.value ?? "");
  return (
    <form role="search" className="site-search" onSubmit={(event) => { event.preventDefault(); void act("search", control.id, text); }}>
      <Input data-id={control.id} type="search" aria-label={control.label} placeholder={control.label} lang={langOf(control)} value={text}
        onChange={(_, data) => setText(data.value)} />
    </form>
  );
}

export function Field({ control, layout = "form" }: Props) {
  const t = useStrings();
  if (control.format === "search") return <SearchField control={control} />;
  const expected = control.hint === undefined || control.enabled === false ? control.hint : t("typeExactly", { text: control.hint });
  const choices = (control.children ?? []).some((one) => one.kind === "option");
  const inner = !choices ? <Line control={control} />
    : control.format === "radio" ? <Radios control={control} /> : <Chooser control={control} />;
  const label = control.label === "" ? undefined : <span lang={langOf(control)}>{control.label}</span>;
  return (
    <FluentField className={layout === "bar" ? "field-bar" : "field"} label={label === undefined ? undefined : { children: label }} required={control.required ?? false}
      validationMessage={control.error} validationState={control.error ? "error" : "none"} hint={expected}
      aria-label={control.label === "" ? t("choose") : undefined}>
      {inner}
    </FluentField>
  );
}
