import { Accordion, AccordionHeader, AccordionItem, AccordionPanel, Button, Checkbox, Link, ProgressBar } from "@fluentui/react-components";
import { CheckmarkCircleFilled } from "@fluentui/react-icons/svg/checkmark-circle";
import { CircleRegular } from "@fluentui/react-icons/svg/circle";
import { LightbulbRegular } from "@fluentui/react-icons/svg/lightbulb";
import { useState } from "react";
import { Markup } from "../components/markup";
import { ask } from "../live/live";
import type { Lab, LabItem, LabStep } from "../protocol";
import { useStrings } from "../strings/strings";

function Tick({ item }: { item: LabItem }) {
  const t = useStrings();
  if (item.byHand) {
    return <Checkbox checked={item.done} aria-label={`${t("labMark")}: ${item.text}`} title={t("labMark")} onChange={(_, data) => void ask("lab.mark", { item: item.id, done: data.checked === true }).catch(() => undefined)} />;
  }
  return item.done ? <CheckmarkCircleFilled className="good" aria-label={t("labDone")} /> : <CircleRegular aria-label={t("labOpen")} />;
}

function Item({ item }: { item: LabItem }) {
  const t = useStrings();
  const [hint, setHint] = useState<{ text?: string; more: boolean }>({ text: item.hint, more: item.hint === undefined });
  const another = () => void ask("lab.hint", { item: item.id }).then((answer) => setHint({ text: answer.hint, more: answer.more === true })).catch(() => undefined);
  const words = t(hint.text === undefined ? "labHint" : "labHintMore");
  return (
    <li className={item.done ? "lab-item done" : "lab-item"} data-item={item.id}>
      <Tick item={item} />
      <div>
        {item.html === undefined ? <span>{item.text}</span> : <Markup html={item.html} />}
        {!item.done && hint.text !== undefined && <p className="lab-hint" role="status">{hint.text}</p>}
      </div>
      {!item.done && !item.byHand && hint.more && <Button size="small" appearance="subtle" icon={<LightbulbRegular />} aria-label={`${words}: ${item.text}`} title={words} onClick={another} />}
    </li>
  );
}

function finished(step: LabStep): boolean {
  const counted = step.items.filter((one) => !one.byHand && !one.optional);
  return counted.length > 0 && counted.every((one) => one.done);
}

/** The lab beside the page. The first step that is not finished is open, until the person chooses. */
export default function LabPanel({ lab }: { lab: Lab }) {
  const t = useStrings();
  const [hidden, setHidden] = useState(false);
  const [chosen, setChosen] = useState<string[] | null>(null);
  const next = lab.steps.find((step) => step.items.length > 0 && !finished(step))?.id ?? lab.steps[0]?.id ?? "";
  if (hidden) return <aside className="lab lab-folded" aria-label={t("lab")}><Button appearance="subtle" onClick={() => setHidden(false)}>{t("labShow")}</Button></aside>;
  return (
    <aside className="lab" aria-label={t("lab")}>
      <div className="lab-head">
        <h2>{t("lab")}</h2>
        <Link href="/score" target="_blank" rel="noopener" title={t("labScorePage")} data-score>{t("labScore", { got: lab.score.got, of: lab.score.of })}</Link>
        <Button size="small" appearance="subtle" onClick={() => setHidden(true)}>{t("labHide")}</Button>
      </div>
      <ProgressBar aria-label={t("labScore", { got: lab.score.got, of: lab.score.of })} value={lab.score.of === 0 ? 0 : lab.score.got / lab.score.of} />
      <Accordion multiple collapsible openItems={chosen ?? [next]} onToggle={(_, data) => setChosen(data.openItems as string[])}>
        {lab.steps.map((step) => (
          <AccordionItem key={step.id} value={step.id}>
            <AccordionHeader as="h3">{finished(step) && <CheckmarkCircleFilled className="good" aria-label={t("labDone")} />}{step.heading}</AccordionHeader>
            <AccordionPanel>
              <Markup html={step.text} />
              <ul className="lab-items">{step.items.map((item) => <Item key={item.id} item={item} />)}</ul>
            </AccordionPanel>
          </AccordionItem>
        ))}
      </Accordion>
    </aside>
  );
}
