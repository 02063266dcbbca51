import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../../core/auth/short-id.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Arrival, Opened } from './arrival.ts';

export const probeLifeMs = 30_000;
/** One run of `doctor` has one open for each address of the public name, eight at most. */
const mostOpen = 16;
const codeBytes = 32;

interface Probe {
  readonly answer: string;
  readonly codeHash: Buffer;
  readonly openedAtMs: number;
  isUsed: boolean;
  arrival: Arrival | undefined;
}

export interface ProbesOptions {
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly randomBytes: RandomBytes;
}

/** The probes that the owner's `doctor` opened over the control socket: each is good once, for half a minute. */
export class Probes {
  readonly #options: ProbesOptions;
  #open: readonly Probe[] = [];

  constructor(options: ProbesOptions) {
    this.#options = options;
  }

  /** Opens one; where there are too many the oldest goes. */
  open(): Opened {
    const { clock } = this.#options;
    const opened = { code: this.#random(), answer: this.#random() };
    const probe: Probe = {
      answer: opened.answer,
      codeHash: hash(opened.code),
      openedAtMs: clock.elapsed(),
      isUsed: false,
      arrival: undefined,
    };
    this.#open = [...this.#alive(), probe].slice(-mostOpen);
    return opened;
  }

  /** Uses up the probe of this code: what to answer, or undefined where there is none that is still good. */
  use(code: string, arrival: Arrival): string | undefined {
    const probe = this.#find(code);
    if (probe === undefined || probe.isUsed) return undefined;
    probe.isUsed = true;
    probe.arrival = arrival;
    return probe.answer;
  }

  /** What arrived under this code, after which the probe is gone; undefined where nothing did. */
  close(code: string): Arrival | undefined {
    const probe = this.#find(code);
    this.#open = this.#open.filter((one) => one !== probe);
    return probe?.arrival;
  }

  /** Compares with every probe, in a time that says nothing of their codes. */
  #find(code: string): Probe | undefined {
    this.#open = this.#alive();
    if (this.#open.length === 0) return undefined;
    const wanted = hash(code);
    return this.#open.filter((probe) => timingSafeEqual(probe.codeHash, wanted))[0];
  }

  #alive(): readonly Probe[] {
    const nowMs = this.#options.clock.elapsed();
    return this.#open.filter(({ openedAtMs }) => nowMs - openedAtMs < probeLifeMs);
  }

  #random(): string {
    return Buffer.from(this.#options.randomBytes(codeBytes)).toString('base64url');
  }
}

function hash(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
