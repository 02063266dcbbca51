import { mkdirSync } from 'node:fs';
import { z } from 'zod';
import { writeDurably } from '../store/durable-file.ts';
import { certificateAttemptsPath, tlsFolder } from '../store/layout.ts';
import { readJson, type Order } from './kept-certificate.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Let's Encrypt takes five that fail in an hour, and then none; of those that succeed as many in a week. */
const mostInAnHour = 4;
/** After the first, the second …; the last again and again. */
const pausesMs = [1, 5, 15, 30, 60, 120, 240, 360].map((minutes) => minutes * minuteMs);
/** Of each pause, as the part of it that chance adds. */
const jitter = 0.2;
/** No authority asks for more, and a wrong clock must not make it more. */
const longestWaitMs = 7 * 24 * hourMs;

const schema = z.object({
  authority: z.string(),
  name: z.string(),
  /** When the latest began, in milliseconds since 1970. */
  began: z.array(z.number()).max(100),
  failures: z.number().int().nonnegative(),
  /** Before this the authority does not want to be asked. */
  notBefore: z.number(),
});
type Attempts = Readonly<z.infer<typeof schema>>;

/** When a certificate may be asked for again. On disk, so that whoever starts over and over does not ask over and over. */
export class AttemptLog {
  readonly #path: string;
  readonly #order: Order;
  #attempts: Attempts;

  constructor(dataDirectory: string, order: Order) {
    mkdirSync(tlsFolder(dataDirectory), { recursive: true, mode: 0o700 });
    this.#path = certificateAttemptsPath(dataDirectory);
    this.#order = order;
    const kept = schema.safeParse(readJson(this.#path));
    const isOurs = kept.success && kept.data.authority === order.authority && kept.data.name === order.name;
    this.#attempts = isOurs ? kept.data : this.#none();
  }

  /** The earliest moment, for a start and for all after it: at once where there were few lately. */
  earliest(now: number): number {
    const { began, notBefore } = this.#attempts;
    const recent = began.filter((at) => at > now - hourMs && at <= now);
    const first = recent.at(-mostInAnHour);
    const limited = first === undefined ? now : first + hourMs;
    return Math.max(now, limited, notBefore > now + longestWaitMs ? now : notBefore);
  }

  /** Before anything is sent; throws where it cannot be written, for what came then could not be written either. */
  begin(now: number): void {
    const began = [...this.#attempts.began, now].slice(-mostInAnHour);
    this.#write({ ...this.#attempts, began });
  }

  /** Gives the moment of the next attempt. */
  fail(now: number, retryAfterMs: number | undefined, random: number): number {
    const failures = this.#attempts.failures + 1;
    const asked = retryAfterMs === undefined ? now : now + Math.min(retryAfterMs, longestWaitMs);
    this.#write({ ...this.#attempts, failures, notBefore: asked });
    const pauseMs = pausesMs[Math.min(failures, pausesMs.length) - 1] ?? 0;
    return Math.max(this.earliest(now), now + pauseMs * (1 + jitter * random));
  }

  /** What failed before is forgotten; that something was asked for is not, for an authority counts what it gives too. */
  succeed(): void {
    this.#write({ ...this.#attempts, failures: 0, notBefore: 0 });
  }

  #none(): Attempts {
    return { ...this.#order, began: [], failures: 0, notBefore: 0 };
  }

  #write(attempts: Attempts): void {
    this.#attempts = attempts;
    writeDurably(this.#path, `${JSON.stringify(attempts)}\n`);
  }
}
