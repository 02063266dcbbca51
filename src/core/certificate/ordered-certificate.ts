import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import type { Fetch } from '../../platform/outbound.ts';
import { Failure } from '../failure.ts';
import type { Report } from '../reports.ts';
import { orderCertificate, type ChallengeAnswers } from './acme-order.ts';
import { AcmeProblem } from './acme-problem.ts';
import { AttemptLog } from './attempts.ts';
import { describeCertificate, type CertificateSource } from './certificate-source.ts';
import { explainRefusal } from './explain-refusal.ts';
import { findKept, keepCertificate, openAccountKey, throwAway, type Order } from './kept-certificate.ts';
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
/** Where an authority had no part in it, or could not be reached. */
const soonMs = 2 * 60_000;
const mostOrderMs = 10 * 60_000;
/** How much earlier chance may have it renewed, as a part of its life. */
const jitter = 1 / 30;
/** Of its life, as a part, before which none is renewed. */
const leastAge = 1 / 3;

const wrongClock =
  'The authority has just given a certificate that is over by the clock of this machine: set the clock (`timedatectl`).';

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
  /** The authority was asked for something and has not given it, which it counts. */
  #isCounted = false;
  /** When it is tried again after something failed. */
  #retryAt: number | undefined;
  /** When the current one came, by the clock that nobody sets; undefined where an earlier start got it. */
  #cameAt: number | undefined;
  #chance: number;
  #cancel = () => {};
  #running: Promise<void> | undefined;

  constructor(options: OrderedOptions) {
    this.#options = options;
    this.#attempts = new AttemptLog(options.dataDirectory, options.order);
    this.#chance = options.random();
    this.#current = this.#takeKept();
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
      { source: 'authority', name: order.name, current: this.#served, problem, nextAt: this.#nextAt() },
      clock.now(),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#cancel();
    await this.#running;
  }

  /** One that no server could show would fail each start: without it there is a new one. */
  #takeKept(): KeyPair | undefined {
    const { dataDirectory, order, log } = this.#options;
    const kept = findKept(dataDirectory, order);
    if (kept === undefined || !('why' in kept)) return kept;
    throwAway(dataDirectory);
    log.warn('The certificate that was kept was thrown away, for it {why}.', { why: kept.why });
    return undefined;
  }

  #nextAt(): number {
    return this.#retryAt ?? this.#renewalAt();
  }

  /** When the current one is due, but not before one may be asked for; asked anew each time, for clocks are set. */
  #renewalAt(): number {
    const now = this.#options.clock.now();
    if (this.#current === undefined) return this.#attempts.earliest(now);
    const validity = validityOf(this.#current);
    const due = Math.max(renewalOf(validity, this.#chance), now + this.#youthMs(validity));
    return Math.max(due, this.#attempts.earliest(now));
  }

  /** How long the current one is too young to be renewed, whatever the wall clock says. */
  #youthMs({ from, to }: Validity): number {
    if (this.#cameAt === undefined) return 0;
    return Math.max(0, (to - from) * leastAge - (this.#options.clock.elapsed() - this.#cameAt));
  }

  #nap(): void {
    if (this.#closing.signal.aborted) return;
    const { clock } = this.#options;
    const leftMs = this.#nextAt() - clock.now();
    this.#cancel = clock.after(Math.min(Math.max(leftMs, 0), longestNapMs), () => {
      if (this.#nextAt() > clock.now()) return this.#nap();
      this.#running = this.#attempt().finally(() => this.#nap());
    });
  }

  /** Never rejects. */
  async #attempt(): Promise<void> {
    const { clock, log } = this.#options;
    this.#isCounted = false;
    try {
      if (this.#current === this.#served) await this.#renew();
      await this.#handOver();
      this.#settle();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#problem = this.#explain(error);
      const isRefusal = this.#isCounted || error instanceof AcmeProblem;
      this.#retryAt = isRefusal ? this.#refused(error) : clock.now() + soonMs;
      log.warn('{problem} {next}', { problem: this.#problem, next: this.#describeNext() });
    }
  }

  async #renew(): Promise<void> {
    const { order, dataDirectory, log, clock, random } = this.#options;
    const pair = await this.#order();
    keepCertificate(dataDirectory, order, pair);
    this.#isCounted = false;
    this.#current = pair;
    this.#cameAt = clock.elapsed();
    this.#chance = random();
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

  /** By a clock that is wrong a new certificate may be over at once: then what was asked for in vain stays counted as that. */
  #settle(): void {
    if (this.#current === undefined) return;
    const { clock, log } = this.#options;
    const isGood = clock.now() < renewalOf(validityOf(this.#current), 1);
    if (isGood) this.#attempts.succeed();
    this.#problem = isGood ? undefined : wrongClock;
    this.#retryAt = undefined;
    if (!isGood) log.warn(wrongClock);
  }

  /** A Failure says that the port could not be opened with what is there. */
  #explain(error: unknown): string {
    return error instanceof Failure ? error.message : explainRefusal(error, this.#options.order);
  }

  #order(): Promise<KeyPair> {
    const { dataDirectory, order, answers, fetch, clock } = this.#options;
    return orderCertificate({
      directoryUrl: order.authority,
      accountKey: openAccountKey(dataDirectory),
      fetch,
      clock,
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(mostOrderMs)]),
      name: order.name,
      answers,
      onBegin: (terms) => this.#begin(terms),
    });
  }

  #begin(terms: string | undefined): void {
    const { order, clock, log } = this.#options;
    this.#attempts.begin(clock.now());
    this.#isCounted = true;
    if (terms === undefined) return;
    log.info('GROUNDMIST_TLS=auto agrees to the terms of {authority}: {terms}', {
      authority: order.authority,
      terms: escapeUnprintable(terms),
    });
  }

  #refused(error: unknown): number {
    const { clock, random } = this.#options;
    const now = clock.now();
    try {
      const retryAfterMs = error instanceof AcmeProblem ? error.retryAfterMs : undefined;
      return this.#attempts.fail(now, retryAfterMs, random());
    } catch {
      return now + longestNapMs; // The disk is full, which the sentence says.
    }
  }

  #describeNext(): string {
    const next = `It is tried again at ${timeOf(this.#nextAt())}`;
    // What fails then is no order, so nothing is asked for.
    if (this.#current !== this.#served) return `The certificate is there. ${next}, and by a restart at once.`;
    const now = this.#options.clock.now();
    const earliest = this.#attempts.earliest(now);
    if (earliest >= this.#nextAt()) return `${next}; a restart makes that no sooner.`;
    if (earliest > now) return `${next}; after a restart not before ${timeOf(earliest)}.`;
    return `${next}; after a restart at once${this.#isCounted ? ', but no more than four times an hour' : ''}.`;
  }
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** A third before the end, whether it lives for 90 days or for six; a little earlier by chance. */
export function renewalOf({ from, to }: Validity, random: number): number {
  const lifeMs = to - from;
  return to - lifeMs / 3 - lifeMs * jitter * random;
}
