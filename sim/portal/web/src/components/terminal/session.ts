import type { Terminal as Xterm } from "@xterm/xterm";
import { ask, onPush } from "../../live/live";
import { LostError } from "../../live/link";
import { useStore } from "../../live/store";

export type SessionState = "opening" | "open" | "ended" | "failed";

/** Output that arrives before the answer that names its terminal waits here. */
const EARLY_MOST = 1000;

/** One terminal of the server behind one screen of the page. */
export class TerminalSession {
  private terminal: string | null = null;
  private early: { terminal: string; data: string }[] = [];
  private readonly leave: (() => void)[] = [];
  private closed = false;
  private opening = true;
  /** What was typed before the terminal was there. */
  private typed = "";

  constructor(
    private readonly machine: string,
    private readonly screen: Xterm,
    private readonly told: (state: SessionState, error: string) => void,
  ) {
    this.leave.push(onPush((push) => {
      if (push.push === "terminal") this.hear(push);
      if (push.push === "terminal.ended" && push.terminal === this.terminal) this.end("ended", "");
    }));
    // Terminals end with their connection; the person starts again with what is on the screen still in sight.
    this.leave.push(useStore.subscribe((now, before) => {
      if (now.link === "lost" && before.link === "open" && this.terminal !== null) this.end("ended", "lost");
    }));
    const data = screen.onData((text) => this.type(text));
    const size = screen.onResize(({ cols, rows }) => {
      if (this.terminal !== null) void ask("terminal.size", { terminal: this.terminal, columns: cols, rows }).catch(() => undefined);
    });
    this.leave.push(() => data.dispose(), () => size.dispose());
    void this.open();
  }

  private async open(): Promise<void> {
    this.told("opening", "");
    try {
      const { terminal } = await ask("terminal.open", { machine: this.machine, columns: this.screen.cols, rows: this.screen.rows });
      if (this.closed) return void ask("terminal.close", { terminal }).catch(() => undefined);
      this.terminal = terminal;
      this.told("open", "");
      for (const one of this.early) if (one.terminal === terminal) this.screen.write(one.data);
      this.early = [];
      if (this.typed !== "") this.type(this.typed);
    } catch (error) {
      this.opening = false;
      if (!this.closed) this.told("failed", error instanceof LostError ? "lost" : error instanceof Error ? error.message : String(error));
    }
  }

  type(text: string): void {
    if (this.terminal !== null) void ask("terminal.type", { terminal: this.terminal, data: text }).catch(() => undefined);
    else if (this.opening) this.typed += text;
  }

  private hear(push: { terminal: string; data: string }): void {
    if (push.terminal === this.terminal) this.screen.write(push.data);
    else if (this.terminal === null && this.early.length < EARLY_MOST) this.early.push(push);
  }

  private end(state: SessionState, why: string): void {
    this.terminal = null;
    this.opening = false;
    this.told(state, why);
  }

  close(): void {
    this.closed = true;
    for (const leave of this.leave) leave();
    if (this.terminal !== null) void ask("terminal.close", { terminal: this.terminal }).catch(() => undefined);
  }
}
