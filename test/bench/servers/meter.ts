import type { RunningServer } from './running-server.ts';

export interface Lap {
  readonly wallMs: number;
  /** Of the server and its children. */
  readonly cpuMs: number;
  readonly writtenBytes: number;
  /** What the generator used of one core meanwhile, 0 to 1 or a little more. */
  readonly generatorShare: number;
}

/** Counts from its making on. */
export class Meter {
  readonly #server: RunningServer;
  readonly #usage;
  readonly #generator = process.cpuUsage();
  readonly #startedAt = performance.now();

  constructor(server: RunningServer) {
    this.#server = server;
    this.#usage = server.usage();
  }

  lap(): Lap {
    const wallMs = performance.now() - this.#startedAt;
    const { user, system } = process.cpuUsage(this.#generator);
    const { cpuMs, writtenBytes } = this.#server.usage();
    return {
      wallMs,
      cpuMs: cpuMs - this.#usage.cpuMs,
      writtenBytes: writtenBytes - this.#usage.writtenBytes,
      generatorShare: (user + system) / 1000 / wallMs,
    };
  }
}
