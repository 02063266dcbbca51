import { eventually } from '../support/eventually.ts';

export interface Ending {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of `groundmist serve`, started here and ended by its own process id only. */
export class ServerProcess {
  readonly #child: Bun.Subprocess;
  readonly stdout: Output;
  readonly stderr: Output;

  constructor(command: readonly string[], env: Readonly<Record<string, string>>, cwd: string) {
    const child = Bun.spawn([...command], { cwd, env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
    this.#child = child;
    this.stdout = new Output(child.stdout);
    this.stderr = new Output(child.stderr);
  }

  get pid(): number {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until it answers at `url`; throws what it printed where it ends before. */
  async untilReady(url: string): Promise<void> {
    await eventually(`the server answers at ${url}`, async () => {
      if (this.hasEnded) throw new Error(`The server ended: ${await this.stderr.whole()}`);
      // No connection stays that is nobody's.
      return await fetch(`${url}/health`, { keepalive: false }).then(
        (response) => response.ok,
        () => false,
      );
    });
  }

  signal(name: NodeJS.Signals): void {
    if (!this.hasEnded) this.#child.kill(name);
  }

  async ending(): Promise<Ending> {
    await this.#child.exited;
    return { exitCode: this.#child.exitCode, signal: this.#child.signalCode as NodeJS.Signals | null };
  }

  /** The sentence of the last line of its log, once it has ended. */
  async lastSentence(): Promise<string> {
    const lines = (await this.stderr.whole()).trimEnd().split('\n');
    const { message } = JSON.parse(lines.at(-1) ?? '') as { readonly message: string };
    return message;
  }

  /** SIGTERM, and what came of it. */
  async stop(): Promise<Ending> {
    this.signal('SIGTERM');
    return await this.ending();
  }

  /** kill -9: no code of its own runs any more. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ending();
  }
}

/** What a child has written so far. */
export class Output {
  #text = '';
  readonly #end: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#end = this.#read(stream);
  }

  get text(): string {
    return this.#text;
  }

  /** All of it, once the child has closed it. */
  async whole(): Promise<string> {
    await this.#end;
    return this.#text;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) this.#text += decoder.decode(bytes, { stream: true });
  }
}
