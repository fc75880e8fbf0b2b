// What is typed and not yet said. Before anything is pressed, all of it is said, so that what the person sees is what
// the press is about.

type Flush = () => Promise<unknown> | undefined;

const drafts = new Map<Flush, () => boolean>();

/** `open`: whether there is anything left to say. */
export function keepDraft(flush: Flush, open: () => boolean = () => false): () => void {
  drafts.set(flush, open);
  return () => drafts.delete(flush);
}

export async function flushDrafts(): Promise<void> {
  await Promise.allSettled([...drafts.keys()].map((flush) => flush()));
}

export function openDrafts(): number {
  return [...drafts.values()].filter((open) => open()).length;
}
