import { useCallback } from "react";
import { create } from "zustand";
import en from "./en.json";

export type Key = keyof typeof en;
export type Strings = Partial<Record<Key, string>>;

/** What the language menu offers. A language without a file here shows the app's own words in English; the page's
 *  labels come from the server in any case. To add one: write <code>.json with the keys of en.json. */
export const languages: Record<string, string> = {
  en: "English", fr: "Français", "pt-BR": "Português (Brasil)", de: "Deutsch", es: "Español", id: "Bahasa Indonesia",
  it: "Italiano", ja: "日本語", ko: "한국어", "zh-Hans": "简体中文", "zh-Hant": "繁體中文",
};

/** The same languages as the simulator's screens spell them. */
const spellings: Record<string, string> = { pt: "pt-BR", "zh-cn": "zh-Hans", "zh-tw": "zh-Hant" };

export function languageName(code: string): string {
  return languages[code] ?? languages[spellings[code.toLowerCase()] ?? ""] ?? code;
}

const files = import.meta.glob<{ default: Strings }>(["./*.json", "!./en.json"]);

const useWords = create<{ language: string; words: Strings }>(() => ({ language: "en", words: en }));

export async function loadStrings(language: string): Promise<void> {
  const load = files[`./${spellings[language.toLowerCase()] ?? language}.json`];
  const words = load === undefined ? en : (await load()).default;
  useWords.setState({ language, words });
}

export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

export type Say = (key: Key, values?: Record<string, string | number>) => string;

export function say(words: Strings, key: Key, values: Record<string, string | number> = {}): string {
  return fill(words[key] ?? en[key], values);
}

export function useStrings(): Say {
  const words = useWords((state) => state.words);
  return useCallback((key, values) => say(words, key, values), [words]);
}

/** The app's words outside of components. */
export function sayNow(key: Key, values?: Record<string, string | number>): string {
  return say(useWords.getState().words, key, values);
}

/** The language offered that fits best: exactly, then by script, then by its first part. */
export function bestLanguage(wishes: readonly string[], offered: readonly string[]): string {
  for (const wish of wishes) {
    const tag = wish.toLowerCase();
    const exact = offered.find((one) => one.toLowerCase() === tag);
    if (exact !== undefined) return exact;
    if (tag.startsWith("zh")) return /hant|tw|hk|mo/.test(tag) ? "zh-Hant" : "zh-Hans";
    const part = tag.split("-")[0];
    const near = offered.find((one) => one.toLowerCase().split("-")[0] === part);
    if (near !== undefined) return near;
  }
  return "en";
}
