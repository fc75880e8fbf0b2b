import type { Asked } from "../protocol";

// What a press asks of a component. The component may only come with the page that the press opened, so one thing may wait for it.

type CarryOut = (asked: Asked) => void;

const components = new Map<string, CarryOut>();
let waiting: Asked | null = null;

/** A component is there under its control's id; returns how it goes. */
export function onAsked(component: string, carryOut: CarryOut): () => void {
  components.set(component, carryOut);
  if (waiting?.component === component) {
    const asked = waiting;
    waiting = null;
    carryOut(asked);
  }
  return () => {
    if (components.get(component) === carryOut) components.delete(component);
  };
}

/** Of the last act; nothing asked forgets what still waits. */
export function tellComponent(asked: Asked | undefined): void {
  waiting = null;
  if (asked === undefined) return;
  const carryOut = components.get(asked.component);
  if (carryOut === undefined) waiting = asked;
  else carryOut(asked);
}
