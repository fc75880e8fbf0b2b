import { Button, Link, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Spinner, Switch, Text, Tooltip } from "@fluentui/react-components";
import { CheckmarkCircleFilled } from "@fluentui/react-icons/svg/checkmark-circle";
import { ErrorCircleFilled } from "@fluentui/react-icons/svg/error-circle";
import { lazy, Suspense } from "react";
import { act } from "../live/live";
import type { Control } from "../protocol";
import { useStrings } from "../strings/strings";
import { Field } from "./Field";
import { iconOf } from "./icons";
import { langOf } from "./tables";
import { toneOf } from "./tone";

const Component = lazy(() => import("../components/Component"));

type Look = "plain" | "command" | "primary" | "secondary";

/** "+ New" has its plus as a picture. */
function textOf(control: Control): string {
  return iconOf(control) === undefined ? control.label : control.label.replace(/^\+\s*/, "");
}

/** Why a control is off. A plain title: an element around the control that comes and goes would take the focus away. */
function whyOff(control: Control): string | undefined {
  return control.enabled === false ? control.hint : undefined;
}

export function Press({ control, look = "secondary" }: { control: Control; look?: Look }) {
  const icon = control.busy ? <Spinner size="extra-tiny" aria-hidden /> : look === "command" || control.kind === "icon" ? iconOf(control) : undefined;
  const bare = control.kind === "icon" && icon !== undefined && look !== "command";
  const off = control.enabled === false;
  const button = (
    <Button data-id={control.id} className={look === "command" ? "command" : undefined} icon={icon} lang={langOf(control)}
      appearance={look === "primary" ? "primary" : look === "command" || control.kind === "icon" ? "subtle" : "secondary"}
      // What is off can still be reached, so that the reason can be read.
      disabled={off && !control.hint} disabledFocusable={off && !!control.hint}
      title={bare ? undefined : whyOff(control)} onClick={() => void act("click", control.id)}>
      {bare ? undefined : textOf(control)}
    </Button>
  );
  if (!bare) return button;
  const why = whyOff(control);
  return <Tooltip content={why === undefined ? control.label : `${control.label}: ${why}`} relationship="label">{button}</Tooltip>;
}

function MenuEntries({ items }: { items: Control[] }) {
  return (
    <MenuList>
      {items.map((item) => item.children !== undefined && item.children.length > 0
        ? (
          <Menu key={item.id}>
            <MenuTrigger disableButtonEnhancement><MenuItem data-id={item.id} lang={langOf(item)}>{item.label}</MenuItem></MenuTrigger>
            <MenuPopover><MenuEntries items={item.children} /></MenuPopover>
          </Menu>
        ) : (
          <MenuItem key={item.id} data-id={item.id} icon={iconOf(item)} disabled={item.enabled === false} lang={langOf(item)}
            onClick={() => void act("click", item.id)}>{textOf(item)}</MenuItem>
        ))}
    </MenuList>
  );
}

export function MenuButton({ control, look = "secondary" }: { control: Control; look?: Look }) {
  const items = control.children ?? [];
  if (items.length === 0) return <Press control={control} look={look} />;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button data-id={control.id} className={look === "command" ? "command" : undefined} appearance="subtle" icon={iconOf(control)}
          disabled={control.enabled === false} lang={langOf(control)} aria-haspopup="menu">{textOf(control)} ▾</Button>
      </MenuTrigger>
      <MenuPopover><MenuEntries items={items} /></MenuPopover>
    </Menu>
  );
}

export function LinkTo({ control, picture = false }: { control: Control; picture?: boolean }) {
  return (
    <Link as="button" data-id={control.id} className="link" lang={langOf(control)} disabled={control.enabled === false} disabledFocusable={!!control.hint}
      title={whyOff(control)} onClick={() => void act("click", control.id)}>{picture && iconOf(control)}{control.label}</Link>
  );
}

function Toggle({ control }: { control: Control }) {
  const on = control.value === "on";
  return (
    <div className="toggle">
      <Switch data-id={control.id} checked={on} disabled={control.enabled === false}
        label={{ children: <span lang={langOf(control)}>{control.label}</span> }} onChange={() => void act("toggle", control.id, on ? "off" : "on")} />
      {control.hint && <Text size={200} className="quiet">{control.hint}</Text>}
      {control.error && <Text size={200} className="wrong" role="alert">{control.error}</Text>}
    </div>
  );
}

export function StateText({ status }: { status: Control }) {
  const tone = toneOf(status);
  return (
    <span className={tone === null ? "state" : "state toned"} data-id={status.id}>
      {tone === "good" && <CheckmarkCircleFilled className="good" aria-hidden />}
      {tone === "bad" && <ErrorCircleFilled className="bad" aria-hidden />}
      {tone === "busy" && <Spinner size="extra-tiny" aria-hidden />}
      <span className="state-text">{status.value ?? ""}</span>
    </span>
  );
}

function TextLine({ control }: { control: Control }) {
  const tone = /fail|échou/i.test(control.labelEn ?? control.label) ? "bad" : /complete|passed|succe/i.test(control.labelEn ?? control.label) ? "good" : null;
  return (
    <p className="text-line" data-id={control.id} lang={langOf(control)}>
      {tone === "good" && <CheckmarkCircleFilled className="good" aria-hidden />}
      {tone === "bad" && <ErrorCircleFilled className="bad" aria-hidden />}
      <span>{control.label}{control.value ? ` ${control.value}` : ""}</span>
    </p>
  );
}

export function ComponentOf({ control }: { control: Control }) {
  const t = useStrings();
  return <Suspense fallback={<Spinner label={t("loading")} />}><Component control={control} /></Suspense>;
}

/** Any control, where it stands by itself. */
export function Any({ control, look }: { control: Control; look?: Look }) {
  switch (control.kind) {
    case "button": case "icon": case "tab": return <Press control={control} look={look} />;
    case "menu": return <MenuButton control={control} look={look} />;
    case "link": return <LinkTo control={control} />;
    case "field": return <Field control={control} layout={look === "command" ? "bar" : "form"} />;
    case "toggle": return <Toggle control={control} />;
    case "status": return <div className="pair"><span className="quiet" lang={langOf(control)}>{control.label}</span> <StateText status={control} /></div>;
    case "text": return <TextLine control={control} />;
    case "component": return <ComponentOf control={control} />;
    case "row": case "option": return null;
  }
}
