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
 * Where the person leaves it early, the next result throws `OutputClosed`. Talk waits until it has ended, for it
 * would be written over its screen.
 */
export function pageThrough(terminal: Terminal, command: string): Paging {
  const pager = new Pager(command, terminal.environment);
  const held: (() => void)[] = [];
  const say = (speak: () => void): void => {
    if (pager.isRunning) held.push(speak);
    else speak();
  };
  return {
    terminal: {
      ...terminal,
      draw: undefined,
      result: (text) => pager.write(`${text}\n`),
      note: (text) => say(() => terminal.note(text)),
      problem: (text) => say(() => terminal.problem(text)),
    },
    async [Symbol.asyncDispose]() {
      await pager.end();
      for (const speak of held) speak();
    },
  };
}

class Pager {
  readonly #command: string;
  readonly #environment: Environment;
  #started: { readonly child: ChildProcess; readonly ended: Promise<unknown>; restore(): void } | undefined;

  constructor(command: string, environment: Environment) {
    this.#command = command;
    this.#environment = environment;
  }

  get isRunning(): boolean {
    return this.#started !== undefined;
  }

  async write(text: string): Promise<void> {
    this.#started ??= this.#start();
    const { stdin } = this.#started.child;
    if (stdin) await writeAll(stdin, text);
  }

  async end(): Promise<void> {
    if (this.#started === undefined) return;
    const { child, ended, restore } = this.#started;
    child.stdin?.end();
    await ended;
    restore();
    this.#started = undefined;
  }

  #start() {
    const child = spawn('sh', ['-c', this.#command], {
      stdio: ['pipe', 'inherit', 'inherit'],
      env: { LESS: lessOptions, LV: '-c', ...this.#environment },
    });
    // Whoever writes learns of it; without a listener the event would end the process.
    child.stdin?.on('error', () => {});
    return { child, ended: once(child, 'close'), restore: leaveInterruptsToPager() };
  }
}

/** Ctrl-C reaches both, and in a pager it ends a search or a wait: it must not end us below it. */
function leaveInterruptsToPager(): () => void {
  const listeners = process.rawListeners('SIGINT');
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', passOver);
  return () => {
    process.off('SIGINT', passOver);
    for (const listener of listeners) process.on('SIGINT', listener as () => void);
  };
}

function passOver(): void {}
