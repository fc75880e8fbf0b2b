// What is typed and not yet said. Before anything is pressed, all of it is said, so that what the person sees is what
// the press is about.

type Flush = () => Promise<unknown> | undefined;

const drafts = new Set<Flush>();

export function keepDraft(flush: Flush): () => void {
  drafts.add(flush);
  return () => drafts.delete(flush);
}

export async function flushDrafts(): Promise<void> {
  await Promise.allSettled([...drafts].map((flush) => flush()));
}
