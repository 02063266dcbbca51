import type { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import type { answered, ShownApproval } from './listing.ts';
import type { ShownPairing } from './pairing-controls.ts';

type Answered = z.output<typeof answered>;

/** The running server, as far as pairing needs it. */
export interface PairingServer {
  begin(namespace: string | null): Promise<ShownPairing | null>;
  /** What has changed since `seen`, or after a while what there is; null once it is over. */
  next(seen: ShownPairing): Promise<ShownPairing | null>;
  end(pairing: ShownPairing): Promise<void>;
  approve(approval: ShownApproval): Promise<Answered>;
  deny(approval: ShownApproval): Promise<Answered>;
}

export interface PairOptions {
  readonly server: PairingServer;
  readonly namespace: string | null;
  /** Ends it. */
  readonly signal: AbortSignal;
  say(text: string): void;
  /** Asks the person; rejects once `until` is aborted. */
  confirm(approval: ShownApproval, until: AbortSignal): Promise<boolean>;
  /** An app has its answer. */
  told(answer: Answered): Promise<void>;
}

/** Shows the link, then each device that asks, until the person leaves or ten minutes are over. */
export async function pair(options: PairOptions): Promise<void> {
  const { server, say, signal } = options;
  const begun = await server.begin(options.namespace);
  if (begun === null) return;
  say(describeLink(begun));
  const question = new Question(options);
  try {
    let seen = begun;
    for (;;) {
      const next = await firstOf(server.next(seen), question.asked, signal);
      if (signal.aborted) return;
      if (next === null) break;
      if (next === undefined) continue;
      describeChange(seen, next).forEach(say);
      question.follow(next.approval);
      seen = next;
    }
    say('Pairing is over: the ten minutes have passed, or it was begun elsewhere.');
  } finally {
    question.follow(null);
    // Where the server cannot be told any more it ends by itself, for nobody asks what is new.
    await server.end(begun).catch(() => undefined);
  }
}

/** The question on the screen: the one that waits at the server, or none. */
class Question {
  /** Rejects where asking fails. */
  asked: Promise<void> = new Promise(() => {});
  readonly #options: PairOptions;
  #approvalId: string | undefined;
  #gone = new AbortController();

  constructor(options: PairOptions) {
    this.#options = options;
  }

  follow(approval: ShownApproval | null): void {
    if (approval?.id === this.#approvalId) return;
    this.#gone.abort();
    this.#approvalId = approval?.id;
    if (approval === null) return;
    this.#gone = new AbortController();
    this.asked = this.#ask(approval, this.#gone.signal);
  }

  async #ask(approval: ShownApproval, gone: AbortSignal): Promise<void> {
    const { server, signal, confirm, told, say } = this.#options;
    try {
      const isYes = await confirm(approval, AbortSignal.any([gone, signal]));
      await told(await (isYes ? server.approve(approval) : server.deny(approval)));
    } catch (error) {
      if (gone.aborted || signal.aborted) return;
      if (!(error instanceof Failure) || error.code !== 'NotFound') throw error;
      say('It has waited too long, or was answered elsewhere.');
    }
  }
}

/** What `server.next` gives; undefined where the question was answered first, or the person left. */
async function firstOf(
  next: Promise<ShownPairing | null>,
  asked: Promise<void>,
  signal: AbortSignal,
): Promise<ShownPairing | null | undefined> {
  const { promise: left, resolve } = Promise.withResolvers<undefined>();
  const leave = (): void => resolve(undefined);
  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();
  try {
    // Only a question that cannot be asked cuts the wait short: one that is answered changes what `next` gives.
    const failed = asked.then(() => new Promise<never>(() => {}));
    return await Promise.race([next, failed, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function describeLink({ link }: ShownPairing): string {
  return `Open this on the device, once, within ten minutes:\n\n  ${link}\n\nThen sign in to the app there. Ctrl-C ends pairing.`;
}

function describeChange(before: ShownPairing, now: ShownPairing): readonly string[] {
  if (now.round !== before.round) {
    const sentence =
      'Two devices asked at once, and one may be a stranger: both were refused. Pairing starts again.';
    return [sentence, describeLink(now)];
  }
  if (now.isAddressHidden && !before.isAddressHidden) return [hiddenAddress];
  if (now.address === before.address || now.address === null) return [];
  return [`The link was opened from ${now.address}. Is that not your device? Then leave with Ctrl-C.`];
}

const hiddenAddress =
  'The link was opened, but the proxy in front of this server does not say from where, so any stranger would look like your device. Nothing was let through. Let the proxy send X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for), then open the link again.';
