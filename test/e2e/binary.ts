import { chmodSync, copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';

const root = join(import.meta.dir, '../..');
const built = join(root, 'dist/groundmist');

export interface RunOptions {
  /** All of the environment there is, beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** What stdin holds; it is empty and closed by default. */
  readonly input?: string;
  /** Instead of `input`, a pipe that stays open. */
  readonly stdin?: 'pipe';
  /** By default the folder of the binary. */
  readonly cwd?: string;
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled binary, alone in a folder with no node_modules in reach. */
export class Binary implements Disposable {
  readonly #folder = temporaryFolder();
  readonly path = this.#folder.at('groundmist');

  constructor() {
    buildWhereStale();
    copyFileSync(built, this.path);
    // Also the service of a machine may be started from it.
    chmodSync(this.#folder.path, 0o755);
  }

  get folder(): string {
    return this.#folder.path;
  }

  /** Runs it to its end. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const child = this.start(args, options);
    const [exitCode, stdout, stderr] = await Promise.all([
      child.exited,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { exitCode, stdout, stderr };
  }

  /** Starts it and leaves it running. */
  start(args: readonly string[], options: RunOptions = {}) {
    const { env = {}, input = '', cwd = this.folder, stdin = new Blob([input]) } = options;
    return Bun.spawn([this.path, ...args], {
      cwd,
      env: environment(this.folder, env),
      stdin,
      stdout: 'pipe',
      stderr: 'pipe',
    });
  }

  /** Runs it on a pseudo-terminal; `type` is called with all that was shown so far and gives what is typed, at once or later. */
  async runOnTerminal(
    args: readonly string[],
    type: (shown: string) => string | undefined | Promise<string | undefined>,
    { env = {}, cwd = this.folder }: RunOptions = {},
  ): Promise<{ readonly exitCode: number; readonly shown: string }> {
    let shown = '';
    const decoder = new TextDecoder();
    const child = Bun.spawn([this.path, ...args], {
      cwd,
      env: environment(this.folder, { TERM: 'xterm', ...env }),
      terminal: {
        cols: 100,
        rows: 40,
        data(terminal, bytes) {
          shown += decoder.decode(bytes, { stream: true });
          void Promise.resolve(type(shown)).then((typed) => {
            if (typed !== undefined && !terminal.closed) terminal.write(typed);
          });
        },
      },
    });
    const exitCode = await child.exited;
    child.terminal?.close();
    return { exitCode, shown };
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

function environment(home: string, env: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, ...env };
}

/** Builds when any source is newer than the binary, so that a test never speaks to an old one. */
function buildWhereStale(): void {
  const builtAtMs = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = [
    ...new Bun.Glob('{src,bin,release}/**/*').scanSync({ cwd: root }),
    'package.json',
    'bun.lock',
  ];
  if (inputs.every((path) => statSync(join(root, path)).mtimeMs < builtAtMs)) return;
  const build = Bun.spawnSync([process.execPath, '--no-env-file', 'run', 'build'], { cwd: root });
  if (build.exitCode !== 0) throw new Error(`The binary does not build:\n${build.stderr.toString()}`);
}
