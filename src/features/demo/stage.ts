import { Failure, toFailure } from '../../core/failure.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Fetch } from '../../platform/outbound.ts';
import { shellWord } from '../../platform/shell-word.ts';
import type { Terminal } from '../../platform/terminal.ts';
import type { Audience } from './audience.ts';
import { Narrator } from './narrator.ts';
import type { DemoOwner } from './owner.ts';
import type { Patience } from './patience.ts';
import type { Runner } from './program.ts';
import type { ServerProcess } from './server-process.ts';

export interface StageOptions {
  readonly owner: DemoOwner;
  /** `localhost:port` of the server. */
  readonly host: string;
  /** Where the program runs. */
  readonly folder: string;
  readonly program: Runner;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly audience: Audience;
  readonly patience: Patience;
  /** What the scenes open closes with it. */
  readonly opened: AsyncDisposableStack;
}

/** What every scene stands on: the words, the commands, the server. */
export class Stage {
  readonly narrator: Narrator;
  readonly options: StageOptions;
  /** Rejects where the server ends by itself. */
  unexpectedEnd: Promise<never> = new Promise(() => {});
  #server: ServerProcess | undefined;

  constructor(options: StageOptions) {
    this.options = options;
    this.narrator = new Narrator(options.terminal);
  }

  get server(): ServerProcess {
    if (this.#server) return this.#server;
    throw new Error('the server has not been started');
  }

  /** Types a command as the owner would, and gives what it printed. */
  async type(args: readonly string[]): Promise<string> {
    await this.narrator.command(['groundmist', ...args.map(shellWord)]);
    return await this.options.program.run(args);
  }

  /** The same, with what it printed shown. */
  async show(args: readonly string[], form: 'output' | 'table'): Promise<void> {
    const printed = await this.type(args);
    if (form === 'table') await this.narrator.table(printed);
    else await this.narrator.output(printed);
  }

  /** Starts the server, and shows where it listens. */
  async serve(): Promise<void> {
    const { opened, patience, program } = this.options;
    await this.narrator.command(['groundmist', 'serve']);
    const server = opened.use(program.serve());
    this.#server = server;
    this.unexpectedEnd = server.unexpectedEnd();
    this.unexpectedEnd.catch((error: unknown) => patience.fail(toFailure(error)));
    await this.narrator.output(await patience.for('the start of the server', server.hears(readAddress)));
  }

  /** The last that the server said. */
  get lastLines(): readonly string[] {
    return this.#server?.lastLines ?? [];
  }
}

function readAddress(line: string): string | undefined {
  return /Listening on [^"]+/.exec(line)?.[0];
}

/** Something that the demo says would not be true. */
export function claim(isTrue: boolean, otherwise: string): asserts isTrue {
  if (!isTrue) throw new Failure('Internal', otherwise);
}
