import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeAll, type Terminal } from './terminal.ts';

/** A terminal whose results go through a pager. */
export interface Paging extends AsyncDisposable {
  readonly terminal: Terminal;
}

type Environment = Terminal['environment'];

/** As git has it: leaves alone what fits a screen, shows colours, and keeps what it showed when it ends. */
const lessOptions = 'FRX';

/**
 * The pager that a person wants: `$PAGER`, which may hold arguments, else `less` where there is one. None where `$PAGER`
 * is empty or `cat`, or is a program that is not there.
 */
export function chosenPager(environment: Environment): string | undefined {
  const command = (environment['PAGER'] ?? 'less').trim();
  if (command === '' || command === 'cat') return undefined;
  const [program = ''] = command.split(/\s/);
  // `LESS=R less` and `"/my pager"` are for the shell to understand.
  const isPlain = /^[\w./+-]+$/.test(program);
  const path = environment['PATH'] === undefined ? {} : { PATH: environment['PATH'] };
  return isPlain && Bun.which(program, path) === null ? undefined : command;
}

/**
 * Sends the results of a terminal through a pager, which starts with the first of them and is waited for at the end.
 * Where the person leaves it early, the next result throws `OutputClosed`; where it fails and has read nothing, results go
 * to the terminal. Talk waits until it has ended, for it
 * would be written over its screen.
 */
export function pageThrough(terminal: Terminal, command: string): Paging {
  const pager = new Pager(command, terminal);
  const held: (() => void)[] = [];
  const say = (speak: () => void): void => {
    if (pager.isRunning) held.push(speak);
    else speak();
  };
  return {
    terminal: {
      ...terminal,
      draw: undefined,
      result: (text) => pager.write(text),
      note: (text) => say(() => terminal.note(text)),
      problem: (text) => say(() => terminal.problem(text)),
    },
    async [Symbol.asyncDispose]() {
      await pager.end();
      for (const speak of held) speak();
    },
  };
}

/** What a pipe takes of which nobody reads anything. */
const pipeBytes = 65_536;

class Pager {
  readonly #command: string;
  readonly #terminal: Terminal;
  #started: Started | undefined;
  /** All so far, as long as the pager may have read nothing of it. */
  #unread: string[] = [];
  #takenBytes = 0;
  #hasFailed = false;

  constructor(command: string, terminal: Terminal) {
    this.#command = command;
    this.#terminal = terminal;
  }

  get isRunning(): boolean {
    return this.#started !== undefined;
  }

  async write(line: string): Promise<void> {
    if (this.#hasFailed) return await this.#terminal.result(line);
    this.#started ??= this.#start();
    const { stdin } = this.#started.child;
    const text = `${line}\n`;
    if (this.#takenBytes <= pipeBytes) this.#unread.push(line);
    try {
      if (stdin) await writeAll(stdin, text);
    } catch (error) {
      await this.end();
      if (this.#hasFailed) return;
      throw error;
    }
    this.#takenBytes += Buffer.byteLength(text);
    if (this.#takenBytes > pipeBytes) this.#unread = [];
  }

  async end(): Promise<void> {
    if (this.#started === undefined) return;
    const { child, ended, interrupts } = this.#started;
    child.stdin?.end();
    await ended;
    interrupts.restore();
    this.#started = undefined;
    // Who ends it before it has shown anything may have meant that.
    const isFailure = child.exitCode !== null && child.exitCode !== 0 && !interrupts.wereThere();
    if (!isFailure || this.#unread.length === 0) return;
    this.#hasFailed = true;
    await this.#terminal.result(this.#unread.join('\n'));
  }

  #start(): Started {
    const child = spawn('sh', ['-c', this.#command], {
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { LESS: lessOptions, LV: '-c', ...this.#terminal.environment },
    });
    // Whoever writes learns of it; without a listener the event would end the process.
    child.stdin?.on('error', () => {});
    return { child, ended: once(child, 'close'), interrupts: leaveInterruptsToPager() };
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly interrupts: Interrupts;
}

interface Interrupts {
  wereThere(): boolean;
  restore(): void;
}

/** Ctrl-C reaches both, and in a pager it ends a search or a wait: it must not end us below it. */
function leaveInterruptsToPager(): Interrupts {
  const listeners = process.rawListeners('SIGINT');
  let wereThere = false;
  const passOver = (): void => {
    wereThere = true;
  };
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', passOver);
  return {
    wereThere: () => wereThere,
    restore() {
      process.off('SIGINT', passOver);
      for (const listener of listeners) process.on('SIGINT', listener as () => void);
    },
  };
}
