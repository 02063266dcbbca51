import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import type { Fetch } from '../../platform/outbound.ts';
import { Failure } from '../failure.ts';
import type { Report } from '../reports.ts';
import { orderCertificate, type ChallengeAnswers } from './acme-order.ts';
import { AcmeProblem } from './acme-problem.ts';
import { AttemptLog } from './attempts.ts';
import { describeCertificate, type CertificateSource } from './certificate-source.ts';
import { explainRefusal } from './explain-refusal.ts';
import { keepCertificate, openAccountKey, readKept, type Order } from './kept-certificate.ts';
import { validityOf, type KeyPair, type Validity } from './key-pair.ts';

export interface OrderedOptions {
  readonly dataDirectory: string;
  readonly order: Order;
  readonly answers: ChallengeAnswers;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 up to 1, so that not all servers in the world ask at once. */
  readonly random: () => number;
}

/** A machine may sleep, and clocks are set: it is looked at least so often whether it is time. */
const longestNapMs = 3_600_000;
const handOverAgainMs = 60_000;
const mostOrderMs = 10 * 60_000;
/** How much earlier chance may have it renewed, as a part of its life. */
const jitter = 1 / 30;

/** A certificate that an authority gave, and gives anew when a third of its life is left. */
export class OrderedCertificate implements CertificateSource {
  readonly #options: OrderedOptions;
  readonly #attempts: AttemptLog;
  readonly #closing = new AbortController();
  #onPair: (pair: KeyPair) => Promise<void> = async () => {};
  #current: KeyPair | undefined;
  /** The one that the port has. */
  #served: KeyPair | undefined;
  #problem: string | undefined;
  #nextAt: number;
  #cancel = () => {};
  #running: Promise<void> | undefined;

  constructor(options: OrderedOptions) {
    this.#options = options;
    this.#attempts = new AttemptLog(options.dataDirectory, options.order);
    this.#current = readKept(options.dataDirectory, options.order);
    this.#nextAt = this.#renewalAt();
  }

  async start(onPair: (pair: KeyPair) => Promise<void>): Promise<void> {
    this.#onPair = onPair;
    await this.#handOver();
    this.#nap();
  }

  report(): Report {
    const { order, clock } = this.#options;
    const problem = this.#problem && `${this.#problem} ${this.#describeNext()}`;
    return describeCertificate(
      { source: 'authority', name: order.name, current: this.#served, problem, nextAt: this.#nextAt },
      clock.now(),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#cancel();
    await this.#running;
  }

  /** When the one that is kept is due, but not before one may be asked for. */
  #renewalAt(): number {
    const { clock, random } = this.#options;
    const now = clock.now();
    const due = this.#current === undefined ? now : renewalOf(validityOf(this.#current), random());
    return Math.max(due, this.#attempts.earliest(now));
  }

  #nap(): void {
    if (this.#closing.signal.aborted) return;
    const { clock } = this.#options;
    const leftMs = this.#nextAt - clock.now();
    this.#cancel = clock.after(Math.min(Math.max(leftMs, 0), longestNapMs), () => {
      if (this.#nextAt > clock.now()) return this.#nap();
      this.#running = this.#attempt().finally(() => this.#nap());
    });
  }

  /** Never rejects. */
  async #attempt(): Promise<void> {
    const { clock, log, random } = this.#options;
    try {
      if (this.#current === this.#served) await this.#renew();
      await this.#handOver();
      this.#problem = undefined;
      this.#nextAt = this.#renewalAt();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#problem = this.#explain(error);
      this.#nextAt =
        error instanceof Failure
          ? clock.now() + handOverAgainMs
          : this.#failed(error instanceof AcmeProblem ? error.retryAfterMs : undefined, random());
      log.warn('{problem} {next}', { problem: this.#problem, next: this.#describeNext() });
    }
  }

  async #renew(): Promise<void> {
    const { order, dataDirectory, clock, log } = this.#options;
    this.#attempts.begin(clock.now());
    const pair = await this.#order();
    keepCertificate(dataDirectory, order, pair);
    this.#attempts.succeed();
    this.#current = pair;
    log.info('There is a new certificate for {name}, good until {until}.', {
      name: order.name,
      until: new Date(validityOf(pair).to).toISOString(),
    });
  }

  async #handOver(): Promise<void> {
    if (this.#current === undefined) return;
    await this.#onPair(this.#current);
    this.#served = this.#current;
  }

  /** A Failure says that the port could not be opened with what is there. */
  #explain(error: unknown): string {
    return error instanceof Failure ? error.message : explainRefusal(error, this.#options.order);
  }

  #order(): Promise<KeyPair> {
    const { dataDirectory, order, answers, fetch, clock, log } = this.#options;
    return orderCertificate({
      directoryUrl: order.authority,
      accountKey: openAccountKey(dataDirectory),
      fetch,
      clock,
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(mostOrderMs)]),
      name: order.name,
      answers,
      onTerms: (address) =>
        log.debug('The terms of {authority}: {address}', { authority: order.authority, address }),
    });
  }

  #failed(retryAfterMs: number | undefined, random: number): number {
    const now = this.#options.clock.now();
    try {
      return this.#attempts.fail(now, retryAfterMs, random);
    } catch {
      return now + longestNapMs; // The disk is full, which the sentence says.
    }
  }

  #describeNext(): string {
    return `It is tried again at ${new Date(this.#nextAt).toISOString()}; after a restart at once, but no more than four times an hour.`;
  }
}

/** A third before the end, whether it lives for 90 days or for six; a little earlier by chance. */
export function renewalOf({ from, to }: Validity, random: number): number {
  const lifeMs = to - from;
  return to - lifeMs / 3 - lifeMs * jitter * random;
}
