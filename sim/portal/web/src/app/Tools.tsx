import {
  Button, Menu, MenuItemRadio, MenuList, MenuPopover, MenuTrigger, Popover, PopoverSurface, PopoverTrigger,
} from "@fluentui/react-components";
import { ClockRegular } from "@fluentui/react-icons/svg/clock";
import { FastForwardRegular } from "@fluentui/react-icons/svg/fast-forward";
import { LocalLanguageRegular } from "@fluentui/react-icons/svg/local-language";
import { PersonRegular } from "@fluentui/react-icons/svg/person";
import { WeatherMoonRegular } from "@fluentui/react-icons/svg/weather-moon";
import { BeakerRegular } from "@fluentui/react-icons/svg/beaker";
import { useEffect, useState } from "react";
import { signIn, skipWait, speakLanguage } from "../live/live";
import { type Theme, useStore } from "../live/store";
import type { Awaited, Clock } from "../protocol";
import { type Key, type Say, languageName, languages, useStrings } from "../strings/strings";
import { clockOf, numberOf, timeOf } from "./format";
import { keepTheme } from "./theme";

// What the page says about the simulation itself: that it is one, its clock, its language, its person.

/** Simulated time between two words of the server. */
export function simulatedNow(clock: Clock, heard: number, now: number): number {
  return Date.parse(clock.now) + Math.max(0, now - heard) * clock.speed;
}

const verbs: [RegExp, Key][] = [
  [/(create|put|update|register)$/i, "waitCreate"], [/delete$/i, "waitDelete"], [/restart$/i, "waitRestart"], [/start$/i, "waitStart"], [/stop$/i, "waitStop"], [/job$/i, "waitJob"],
];

/** What is awaited, in words: the resource's name and what becomes of it. */
export function waitedFor(one: Awaited | string, t: Say): string {
  if (typeof one === "string") return one;
  const key = verbs.find(([pattern]) => pattern.test(one.operation))?.[1];
  return key === undefined ? `${one.name} (${one.operation})` : t(key, { name: one.name });
}

export function Mark() {
  const t = useStrings();
  return (
    <Popover positioning="below" trapFocus>
      <PopoverTrigger disableButtonEnhancement><button type="button" className="mark"><BeakerRegular aria-hidden /><span>{t("simulation")}</span></button></PopoverTrigger>
      <PopoverSurface className="told-more">{t("simulationLong")}</PopoverSurface>
    </Popover>
  );
}

export function ClockTool() {
  const t = useStrings();
  const { clock, clockHeard, language } = useStore();
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(ticking);
  }, []);
  if (clock === null) return null;
  const time = clockOf(simulatedNow(clock, clockHeard, now), language);
  const pending = clock.waiting.length > 0;
  const skip = <Button size="small" icon={<FastForwardRegular />} onClick={() => void skipWait()}>{t("clockSkip")}</Button>;
  return (
    <span className="clock">
      <Popover positioning="below-end" trapFocus>
        <PopoverTrigger disableButtonEnhancement>
          <Button size="small" appearance="subtle" icon={<ClockRegular />} title={t("clockSpeed", { speed: numberOf(clock.speed, language) })}>
            <span className="unseen">{t("clock")}: </span><span className="clock-time">{time}</span>{clock.speed > 1 && <strong className="speed">{numberOf(clock.speed, language)}×</strong>}
          </Button>
        </PopoverTrigger>
        <PopoverSurface className="told-more" tabIndex={-1}>
          <h2>{t("clock")}</h2>
          <p>{timeOf(simulatedNow(clock, clockHeard, now), language)}</p>
          {pending ? <><p>{t("clockWaiting")}</p><ul>{clock.waiting.map((one, index) => <li key={index}>{waitedFor(one, t)}</li>)}</ul></> : <p className="quiet">{t("clockNothing")}</p>}
          {pending && clock.next !== null && <p>{t("clockNext", { time: timeOf(clock.next, language) })}</p>}
          {pending && skip}
        </PopoverSurface>
      </Popover>
      {pending && <span className="clock-skip">{skip}</span>}
    </span>
  );
}

export function LanguageTool() {
  const t = useStrings();
  const { language, languages: served } = useStore();
  const offered = served.length > 0 ? served : Object.keys(languages);
  return (
    <Menu checkedValues={{ language: [language] }} onCheckedValueChange={(_, data) => { const chosen = data.checkedItems[data.checkedItems.length - 1]; if (chosen) speakLanguage(chosen); }}>
      <MenuTrigger disableButtonEnhancement><Button size="small" appearance="subtle" icon={<LocalLanguageRegular />} title={languageName(language)}><span className="unseen">{t("language")}: </span><span className="wide">{language}</span></Button></MenuTrigger>
      <MenuPopover><MenuList>{offered.map((one) => <MenuItemRadio key={one} name="language" value={one} lang={one}>{languageName(one)}</MenuItemRadio>)}</MenuList></MenuPopover>
    </Menu>
  );
}

const themes: [Theme, Key][] = [["system", "themeSystem"], ["light", "themeLight"], ["dark", "themeDark"]];

export function ThemeTool() {
  const t = useStrings();
  const theme = useStore((state) => state.theme);
  return (
    <Menu checkedValues={{ theme: [theme] }} onCheckedValueChange={(_, data) => keepTheme((data.checkedItems[data.checkedItems.length - 1] ?? "system") as Theme)}>
      <MenuTrigger disableButtonEnhancement><Button size="small" appearance="subtle" icon={<WeatherMoonRegular />} aria-label={t("theme")} /></MenuTrigger>
      <MenuPopover><MenuList>{themes.map(([value, key]) => <MenuItemRadio key={value} name="theme" value={value}>{t(key)}</MenuItemRadio>)}</MenuList></MenuPopover>
    </Menu>
  );
}

/** Who is signed in; choosing another of the directory's invented persons signs them in, and nobody is asked for a password. */
export function PersonTool() {
  const t = useStrings();
  const { person, people } = useStore();
  if (person === null) return null;
  return (
    <Menu checkedValues={{ person: [person.user] }} onCheckedValueChange={(_, data) => { const chosen = data.checkedItems[data.checkedItems.length - 1]; if (chosen && chosen !== person.user) void signIn(chosen); }}>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" icon={<PersonRegular />} aria-label={t("person", { name: person.name })} title={`${person.user} · ${t("personInvented")}`}><span className="wide">{person.name}</span></Button>
      </MenuTrigger>
      <MenuPopover>
        <p className="told-more">{t("signIn")}</p>
        <MenuList>{people.map((one) => <MenuItemRadio key={one.user} name="person" value={one.user} data-person={one.user} secondaryContent={one.job}>{one.name}</MenuItemRadio>)}</MenuList>
      </MenuPopover>
    </Menu>
  );
}
