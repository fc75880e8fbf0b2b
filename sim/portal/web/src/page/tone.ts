import type { Control } from "../protocol";

export type Tone = "good" | "bad" | "busy" | "still" | null;

const tones: [Tone, RegExp][] = [
  ["bad", /^(.*fail(ed)?|unusable|error|canceled|cancelled|unhealthy)$/i],
  ["good", /^(succeeded|running|ready|completed|finished|registered|active|available|healthy|ok)$/i],
  ["busy", /^(creating|starting|stopping|restarting|deleting|updating|resizing|setting ?up|accepted|queued|preparing|provisioning|registering|in ?progress)$/i],
  ["still", /^(stopped|deallocated|not ?registered|disabled|deleted)$/i],
];

/** What a state looks like. Azure's own word, if the view has it, comes before the translated one. */
export function toneOf(status: Control): Tone {
  if (status.busy) return "busy";
  const words = [...(status.options ?? []).slice(0, 2), status.value ?? ""];
  for (const word of words) {
    const found = tones.find(([, pattern]) => pattern.test(word));
    if (found) return found[0];
  }
  return null;
}
