import { type Ask, type Asks, isAnswer, isPush, type Push, type Welcome } from "../protocol";

export type LinkState = "connecting" | "open" | "lost";

/** What the link needs of a WebSocket, so that tests bring their own. */
export type Socket = Pick<WebSocket, "send" | "close" | "readyState"> & {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
};

export interface LinkEvents {
  state(state: LinkState, attempt: number): void;
  welcome(welcome: Welcome): void;
  /** The server refused the greeting. */
  refused(error: string): void;
  push(push: Push): void;
}

/** A question that cannot be answered any more. `sent` tells whether the server may have carried it out. */
export class LostError extends Error {
  constructor(readonly sent: boolean) {
    super("the connection was lost");
  }
}

interface Waiting {
  ask: Ask;
  with: object;
  id: number;
  sent: boolean;
  done(answer: unknown): void;
  failed(error: Error): void;
}

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8000;

export function pauseBefore(attempt: number): number {
  return Math.min(FIRST_PAUSE * 2 ** Math.max(0, attempt - 1), LONGEST_PAUSE);
}

/** Typing twice is typing once: these are said again after a lost connection, and nothing typed is lost. */
function mayBeRepeated(one: Waiting): boolean {
  if (one.ask === "act") return ["fill", "type", "choose"].includes((one.with as { kind: string }).kind);
  return ["view", "get", "notebook.open", "notebook.save", "download"].includes(one.ask);
}

/** The one connection of a page: questions with answers, pushes, and coming back after a loss. */
export class Link {
  private socket: Socket | null = null;
  private waiting: Waiting[] = [];
  private next = 1;
  private attempt = 0;
  private greeted = false;
  private ended = false;

  constructor(
    private readonly connect: () => Socket,
    private readonly greeting: () => Asks["hello"][0],
    private readonly events: LinkEvents,
  ) {}

  start(): void {
    this.events.state(this.attempt === 0 ? "connecting" : "lost", this.attempt);
    const socket = this.connect();
    this.socket = socket;
    socket.onopen = () => this.greet();
    socket.onmessage = (event) => this.hear(String(event.data));
    socket.onclose = () => this.lost(socket);
  }

  end(): void {
    this.ended = true;
    this.socket?.close();
  }

  ask<K extends Ask>(ask: K, what: Asks[K][0]): Promise<Asks[K][1]> {
    return new Promise((resolve, reject) => {
      const one: Waiting = { ask, with: what, id: this.next++, sent: false, done: (answer) => resolve(answer as Asks[K][1]), failed: reject };
      this.waiting.push(one);
      if (this.greeted) this.say(one);
    });
  }

  /** Greets anew on the same connection: another language. */
  greet(): void {
    const id = this.next++;
    this.waiting.unshift({
      ask: "hello", with: {}, id, sent: true,
      done: (answer) => {
        this.greeted = true;
        this.attempt = 0;
        this.events.state("open", 0);
        this.events.welcome(answer as Welcome);
        for (const one of this.waiting) if (!one.sent) this.say(one);
      },
      failed: (error) => { if (!(error instanceof LostError)) this.events.refused(error.message); },
    });
    this.socket?.send(JSON.stringify({ id, ask: "hello", ...this.greeting() }));
  }

  private say(one: Waiting): void {
    one.sent = true;
    this.socket?.send(JSON.stringify({ id: one.id, ask: one.ask, ...one.with }));
  }

  private hear(text: string): void {
    const message: unknown = JSON.parse(text);
    if (isPush(message)) return this.events.push(message);
    if (!isAnswer(message)) return;
    const at = this.waiting.findIndex((one) => one.id === message.re);
    const [one] = at < 0 ? [] : this.waiting.splice(at, 1);
    if (typeof message.error === "string") one?.failed(new Error(message.error));
    else one?.done(message);
  }

  private lost(socket: Socket): void {
    if (socket !== this.socket) return;
    this.greeted = false;
    this.socket = null;
    const before = this.waiting;
    this.waiting = [];
    for (const one of before) {
      if (one.ask !== "hello" && (!one.sent || mayBeRepeated(one))) this.waiting.push({ ...one, sent: false });
      else one.failed(new LostError(one.sent));
    }
    if (this.ended) return;
    this.attempt += 1;
    this.events.state("lost", this.attempt);
    setTimeout(() => { if (!this.ended && this.socket === null) this.start(); }, pauseBefore(this.attempt));
  }
}
