import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { ServerProcess } from './server-process.ts';

export interface ProgramOptions {
  /** The words that start this program again. */
  readonly command: readonly string[];
  /** All that the demo writes is below it. */
  readonly folder: string;
  /** What `init` has no flag for. */
  readonly settings: Readonly<Record<string, string>>;
  readonly environment: Terminal['environment'];
  /** Ends what runs. */
  readonly signal: AbortSignal;
}

/** Where the commands of the demo run, and what they say: this program, as its owner types it. */
export interface Runner {
  /** Runs a command to its end and gives what it printed. */
  run(args: readonly string[]): Promise<string>;
  serve(): ServerProcess;
}

/** This program once more, in processes of their own, with settings of their own. */
export class Program implements Runner {
  readonly #options: ProgramOptions;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  get dataDirectory(): string {
    return join(this.#options.folder, dataFolder);
  }

  async run(args: readonly string[]): Promise<string> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const child = this.#spawn(args);
    const end = (): void => child.kill('SIGKILL');
    signal.addEventListener('abort', end, { once: true });
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    signal.removeEventListener('abort', end);
    signal.throwIfAborted();
    if (exitCode === 0) return stdout.trimEnd();
    const said = stderr.trim() || 'nothing';
    throw new Failure(
      'Internal',
      `\`groundmist ${args.join(' ')}\` ended with ${exitCode} and said: ${said}`,
    );
  }

  serve(): ServerProcess {
    this.#options.signal.throwIfAborted();
    return new ServerProcess(this.#spawn(['serve']));
  }

  /**
   * Nothing of the person's own settings gets in: no variable, no home, and no env file but the one where they run. A session of
   * its own, so that Ctrl-C in the terminal reaches the demo alone, which then ends them in order.
   */
  #spawn(args: readonly string[]) {
    const { command, settings, folder, environment } = this.#options;
    return Bun.spawn([...command, ...args], {
      cwd: folder,
      env: {
        PATH: environment['PATH'],
        HOME: folder,
        TMPDIR: folder,
        ...settings,
      },
      detached: true,
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
  }
}

/** As `init` is told them, in the folder of the demo. */
export const settingsFile = '.env';
export const dataFolder = 'data';
