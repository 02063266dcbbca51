import { usageOf, type Usage } from './process-tree.ts';

/** Those that have to end before this process does. */
const running = new Set<Bun.Subprocess>();

const quietMs = 2000;
const quietPatienceMs = 300_000;
const sampleMs = 100;
/** Timers of an idle process may take a tick or two. */
const quietCpuMs = 20;

/** One run of a server under test, seen from outside and ended by its own process id only. */
export class RunningServer implements AsyncDisposable {
  readonly #child: Bun.Subprocess;
  readonly #complaint: Promise<string>;

  constructor(command: readonly string[], env: Readonly<Record<string, string>>, cwd: string) {
    const child = Bun.spawn([...command], {
      cwd,
      env: { PATH: Bun.env['PATH'] ?? '', HOME: cwd, ...env },
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
    });
    running.add(child);
    void child.exited.then(() => running.delete(child));
    this.#child = child;
    this.#complaint = child.stderr.text();
  }

  usage(): Usage {
    return usageOf(this.#child.pid);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The end of what it wrote, once it has ended. */
  async lastWords(): Promise<string> {
    return (await this.#complaint).trim().slice(-500);
  }

  /** Waits until it has used no CPU for two seconds; gives when the last of them began, on the clock of `performance`. */
  async quiet(): Promise<number> {
    const deadline = performance.now() + quietPatienceMs;
    let before = this.usage().cpuMs;
    let since = performance.now();
    while (performance.now() - since < quietMs) {
      if (performance.now() > deadline) throw new Error('it did not become quiet in five minutes');
      await Bun.sleep(sampleMs);
      const now = this.usage().cpuMs;
      if (now - before < quietCpuMs) continue;
      before = now;
      since = performance.now();
    }
    return since;
  }

  /** The signal, and SIGKILL where it does not heed it in five seconds. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const escalation = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    this.#child.kill(signal);
    await this.#child.exited;
    clearTimeout(escalation);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop('SIGKILL');
  }
}

/** Leaves none behind where the benchmark itself is told to end. */
export async function endAllServers(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([...running].map((child) => child.exited));
}
