import type { Subprocess } from 'bun';
import { asStarted } from '../../platform/executable.ts';
import { ownMemoryBytes } from '../../platform/process-memory.ts';
import { FrameReader, type Frame } from './frame.ts';
import { childArgument } from './request.ts';

/** All that the child is told of where it runs. */
const environment = {
  // To die with its parent also in the middle of its work, when it does not see that its stdin has closed: Bun
  // asks Linux for a signal. Elsewhere it ends after that work.
  BUN_FEATURE_FLAG_NO_ORPHANS: '1',
  // A function of the WASM is compiled for the last time only where it is used for minutes: that costs more than a
  // thousand documents. The engine does not start where it does not know an option, which every test of the fence sees.
  BUN_JSC_thresholdForOMGOptimizeAfterWarmUp: '2000000',
};

export interface ChildListener {
  onFrame(frame: Frame): void;
  /** Once, after all that it said. */
  onEnd(): void;
}

/** One process inside the fence. Throws where it cannot be started. */
export class ChildProcess {
  readonly #process: Subprocess<'pipe', 'pipe', 'ignore'>;
  readonly #listener: ChildListener;
  #held: Uint8Array[] = [];
  /** Settles once it is gone. */
  readonly ended: Promise<void>;

  constructor(command: readonly string[], listener: ChildListener) {
    this.#listener = listener;
    // In a session of its own, so that Ctrl-C at the server's terminal is not sent to it.
    this.#process = Bun.spawn([...asStarted(command), childArgument], {
      cwd: '/',
      env: environment,
      detached: true,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'ignore',
    });
    this.ended = this.#listen();
  }

  get memoryBytes(): number | undefined {
    return ownMemoryBytes(this.#process.pid);
  }

  /** Leaves with the next `flush`, in one write with what else does. */
  write(bytes: Uint8Array): void {
    this.#held.push(bytes);
  }

  flush(): void {
    const [only, ...others] = this.#held;
    if (only === undefined) return;
    const bytes = others.length === 0 ? only : Buffer.concat(this.#held);
    this.#held = [];
    this.#attempt(() => this.#process.stdin.write(bytes));
    this.#attempt(() => this.#process.stdin.flush());
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** A child that no longer reads is about to be known as ended, or to overrun its deadline: nothing is lost here. */
  #attempt(write: () => number | Promise<number>): void {
    try {
      const written = write();
      if (typeof written !== 'number') void written.catch(() => {});
    } catch {
      // The same, seen at once.
    }
  }

  async #listen(): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const bytes of this.#process.stdout) {
        for (const frame of reader.push(bytes)) this.#listener.onFrame(frame);
      }
    } catch {
      // Bytes that are no frames, or a pipe that broke: such a child is of no use.
    }
    this.kill();
    await this.#process.exited;
    this.#listener.onEnd();
  }
}
