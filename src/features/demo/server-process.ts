import type { Subprocess } from 'bun';
import { Failure } from '../../core/failure.ts';

/** A terminal sends Ctrl-C to the server, too; a second signal would end it at once, so it comes only when this has passed. */
const gracePeriodMs = 500;
const rememberedLines = 20;

interface Listener {
  /** Whether this was the line that it waited for. */
  readonly hear: (line: string) => boolean;
  readonly end: (error: Failure) => void;
}

/** A running `groundmist serve`, and what it says. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: Subprocess<'ignore', 'pipe', 'pipe'>;
  readonly #interruption: AbortSignal;
  readonly #listeners = new Set<Listener>();
  readonly #lastLines: string[] = [];
  readonly #reading: Promise<void>;

  /** `interruption` is aborted by Ctrl-C. */
  constructor(child: Subprocess<'ignore', 'pipe', 'pipe'>, interruption: AbortSignal) {
    this.#child = child;
    this.#interruption = interruption;
    this.#reading = this.#read();
  }

  /** What `read` makes of the first line, from now on, of which it makes something. Fails when the server ends before. */
  hears<Heard>(read: (line: string) => Heard | undefined): Promise<Heard> {
    return new Promise((resolve, end) => {
      const hear = (line: string): boolean => {
        const heard = read(line);
        if (heard !== undefined) resolve(heard);
        return heard !== undefined;
      };
      this.#listeners.add({ hear, end });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const graceMs = this.#interruption.aborted ? gracePeriodMs : 0;
    const stopping = setTimeout(() => this.#child.kill('SIGTERM'), graceMs);
    await this.#child.exited;
    clearTimeout(stopping);
    await this.#reading;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of this.#child.stderr) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#tell(line);
    }
    const said = this.#lastLines.join('\n');
    for (const { end } of this.#listeners) {
      end(new Failure('ServerUnreachable', `The server of the demo has ended. It said:\n${said}`));
    }
  }

  #tell(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > rememberedLines) this.#lastLines.shift();
    for (const listener of this.#listeners) {
      if (listener.hear(line)) this.#listeners.delete(listener);
    }
  }
}
