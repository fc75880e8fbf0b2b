// Numbers and dates as the session's language writes them.

/** The person's own region, where the browser names one for the session's language: 24 hours or 12, day or month first. */
export function localeFor(language: string, preferred: readonly string[] = navigator.languages): string {
  return preferred.find((one) => one.split("-")[0] === language.split("-")[0]) ?? language;
}

export function timeOf(iso: string | number, language: string): string {
  return new Intl.DateTimeFormat(localeFor(language), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));
}

export function clockOf(iso: string | number, language: string): string {
  return new Intl.DateTimeFormat(localeFor(language), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(iso));
}

export function numberOf(value: number, language: string): string {
  return new Intl.NumberFormat(localeFor(language), { maximumSignificantDigits: 6 }).format(value);
}

/** "PT1M4.5S", as Azure writes durations, in seconds; null if it is none. */
export function secondsOf(duration: string): number | null {
  const parts = /^P(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/.exec(duration);
  if (parts === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((one) => Number(one ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

export function durationOf(duration: string, language: string): string {
  const whole = secondsOf(duration);
  if (whole === null) return duration;
  const unit = (value: number, name: string) => new Intl.NumberFormat(localeFor(language), { style: "unit", unit: name, unitDisplay: "narrow", maximumFractionDigits: 0 }).format(value);
  const minutes = Math.floor(whole / 60);
  return minutes === 0 ? unit(Math.round(whole), "second") : `${unit(minutes, "minute")} ${unit(Math.round(whole % 60), "second")}`;
}
