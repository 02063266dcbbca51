import { join, relative } from 'node:path';
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
  /** Aborted by Ctrl-C. */
  readonly interruption: AbortSignal;
}

/** This program once more, as its owner runs it: in processes of their own, with settings of their own. */
export class Program {
  readonly envFile: string;
  readonly dataDirectory: string;
  readonly #options: ProgramOptions;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.envFile = join(options.folder, 'env');
    this.dataDirectory = join(options.folder, 'data');
  }

  /** What a person types to run it from where they are. */
  get name(): string {
    const words = this.#options.command.map((word) => {
      const shorter = relative('', word);
      return word.startsWith('/') && shorter.length < word.length ? shorter : word;
    });
    return words.join(' ');
  }

  /** Runs a command to its end and gives what it printed. */
  async run(args: readonly string[]): Promise<string> {
    const child = this.#spawn(args);
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (exitCode === 0) return stdout.trimEnd();
    throw new Failure(
      'Internal',
      `\`groundmist ${args.join(' ')}\` ended with ${exitCode}: ${stderr.trim()}`,
    );
  }

  serve(): ServerProcess {
    return new ServerProcess(this.#spawn(['serve']), this.#options.interruption);
  }

  /** Nothing of the person's own settings gets in: no variable, and no env file but the demo's. */
  #spawn(args: readonly string[]) {
    const { command, settings, folder, environment } = this.#options;
    const { PATH, HOME } = environment;
    return Bun.spawn([...command, ...args], {
      cwd: folder,
      env: { PATH, HOME, GROUNDMIST_ENV_FILE: this.envFile, ...settings },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
  }
}
