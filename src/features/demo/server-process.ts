import type { Subprocess } from 'bun';
import { Failure } from '../../core/failure.ts';

/** Longer than a server needs to end in order. */
const graceMs = 3000;
const rememberedLines = 20;

type Child = Subprocess<'ignore', 'pipe', 'pipe'>;

/** A running `groundmist serve`, and what it says. */
export class ServerProcess implements AsyncDisposable {
  /** The last that it said. */
  readonly lastLines: string[] = [];
  readonly #child: Child;
  readonly #listeners = new Set<(line: string) => void>();
  readonly #reading: Promise<void>;
  #isWanted = true;

  constructor(child: Child) {
    this.#child = child;
    this.#reading = this.#read();
  }

  get processId(): number {
    return this.#child.pid;
  }

  /** Rejects where it ends and nobody has ended it. */
  async unexpectedEnd(): Promise<never> {
    await this.#reading;
    if (this.#isWanted) throw this.#failure();
    return await new Promise<never>(() => {});
  }

  /** Calls `hear` with each line from now on; the function returned ends that. */
  follow(hear: (line: string) => void): () => void {
    this.#listeners.add(hear);
    return () => void this.#listeners.delete(hear);
  }

  /** What `read` makes of the first line, from now on, of which it makes something. Fails when the server ends before. */
  async hears<Heard>(read: (line: string) => Heard | undefined): Promise<Heard> {
    const { promise, resolve } = Promise.withResolvers<Heard>();
    const leave = this.follow((line) => {
      const heard = read(line);
      if (heard !== undefined) resolve(heard);
    });
    try {
      return await Promise.race([promise, this.unexpectedEnd()]);
    } finally {
      leave();
    }
  }

  /** Ends it without a warning: nothing of its own runs any more. */
  async kill(): Promise<void> {
    this.#isWanted = false;
    this.#child.kill('SIGKILL');
    await this.#child.exited;
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isWanted = false;
    this.#child.kill('SIGTERM');
    const killing = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#child.exited;
    clearTimeout(killing);
    await this.#reading;
  }

  #failure(): Failure {
    return new Failure('Internal', `The server has ended by itself. It said:\n${this.lastLines.join('\n')}`);
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of this.#child.stderr) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#tell(line);
    }
  }

  #tell(line: string): void {
    this.lastLines.push(line);
    if (this.lastLines.length > rememberedLines) this.lastLines.shift();
    for (const hear of this.#listeners) hear(line);
  }
}
