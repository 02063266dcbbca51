import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { unlessAborted } from '../../platform/cancelled.ts';
import type { Clock } from '../../platform/clock.ts';
import { AcmeExchange, type AcmeAnswer, type AcmeOptions } from './acme-exchange.ts';
import { AcmeNonsense, AcmeProblem, problemSchema } from './acme-problem.ts';
import { whyUnusable, type KeyPair } from './key-pair.ts';
import { makeSigningRequest } from './signing-request.ts';

/** What is answered on port 80, by token, while an order is under way (RFC 8555 §8.3). */
export type ChallengeAnswers = Map<string, string>;

export interface OrderOptions extends AcmeOptions {
  /** The DNS name. */
  readonly name: string;
  readonly answers: ChallengeAnswers;
  /** Called once the authority answers and before anything is asked of it; with where its terms stand, which are agreed to. What it throws ends the order. */
  readonly onBegin: (terms: string | undefined) => void;
}

const status = z.enum([
  'pending',
  'ready',
  'processing',
  'valid',
  'invalid',
  'deactivated',
  'expired',
  'revoked',
]);
const orderSchema = z.object({
  status,
  authorizations: z.array(z.url()).max(10),
  finalize: z.url(),
  certificate: z.url().optional(),
  error: problemSchema.optional(),
});
const challengeSchema = z.object({
  type: z.string(),
  url: z.url(),
  /** RFC 8555 §8.1: base64url. */
  token: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,256}$/)
    .optional(),
  error: problemSchema.optional(),
});
const authorizationSchema = z.object({ status, challenges: z.array(challengeSchema).max(20) });
type Authorization = z.infer<typeof authorizationSchema>;

/** Gets a certificate for a new key from the authority, proving by HTTP that the name leads here. Throws what the exchange throws. */
export async function orderCertificate(options: OrderOptions): Promise<KeyPair> {
  const { name, onBegin } = options;
  const exchange = await AcmeExchange.open(options);
  onBegin(exchange.directory.meta?.termsOfService);
  await exchange.register();
  const made = await exchange.post(exchange.directory.newOrder, {
    identifiers: [{ type: 'dns', value: name }],
  });
  if (made.location === undefined) throw new AcmeNonsense('an order came without its address');
  const order = parse(orderSchema, made);
  for (const address of order.authorizations) await authorize(exchange, address, options);
  const ready = await poll(
    exchange,
    { address: made.location, schema: orderSchema, isSettled: isNotPending },
    options,
  );
  if (ready.status === 'invalid') throw refused(ready.error);
  const key = newKey();
  const csr = Buffer.from(makeSigningRequest(name, createPrivateKey(key))).toString('base64url');
  if (ready.status === 'ready') await exchange.post(order.finalize, { csr });
  const done = await poll(
    exchange,
    { address: made.location, schema: orderSchema, isSettled: isDone },
    options,
  );
  if (done.certificate === undefined) throw refused(done.error);
  const { text: chain } = await exchange.post(done.certificate);
  const why = whyUnusable({ chain, key }, name);
  if (why !== undefined) throw new AcmeNonsense(`the certificate that came ${why}`);
  return { chain, key };
}

async function authorize(exchange: AcmeExchange, address: string, options: OrderOptions): Promise<void> {
  const { answers } = options;
  const authorization = parse(authorizationSchema, await exchange.post(address));
  if (authorization.status === 'valid') return;
  const challenge = authorization.challenges.find(({ type }) => type === 'http-01');
  if (challenge?.token === undefined) throw new AcmeNonsense('it offers no proof by HTTP (http-01)');
  answers.set(challenge.token, await exchange.authorizationOf(challenge.token));
  try {
    await exchange.post(challenge.url, {});
    const polling = { address, schema: authorizationSchema, isSettled: isNotPending };
    const settled = await poll(exchange, polling, options);
    if (settled.status !== 'valid') throw refused(challengeError(settled));
  } finally {
    answers.delete(challenge.token);
  }
}

function challengeError({ challenges }: Authorization): z.infer<typeof problemSchema> | undefined {
  return challenges.find(({ error }) => error !== undefined)?.error;
}

const isNotPending = (state: string): boolean => state !== 'pending';
const isDone = (state: string): boolean => state === 'valid' || state === 'invalid';

function refused(error: z.infer<typeof problemSchema> | undefined): AcmeProblem {
  return new AcmeProblem(error ?? { type: '', detail: '' }, { status: 0 });
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;
const mostPolls = 40;

interface Polling<Result> {
  readonly address: string;
  readonly schema: z.ZodType<Result>;
  readonly isSettled: (status: string) => boolean;
}

/** Asks until it is settled, ever more slowly, or as the authority says (RFC 8555 §7.5.1). Gives up after some minutes. */
async function poll<Result extends { readonly status: string }>(
  exchange: AcmeExchange,
  { address, schema, isSettled }: Polling<Result>,
  { clock, signal }: Pick<OrderOptions, 'clock' | 'signal'>,
): Promise<Result> {
  for (let count = 0; count < mostPolls; count++) {
    const answer = await exchange.post(address);
    const result = parse(schema, answer);
    if (isSettled(result.status)) return result;
    await pause(pauseOf(answer.retryAfterMs, count), clock, signal);
  }
  throw new AcmeNonsense('it came to no decision within some minutes');
}

/** As the authority says, but never at once: a 0, or a date that is past, would be asked for over and over. */
export function pauseOf(retryAfterMs: number | undefined, count: number): number {
  const pauseMs = Math.max(firstPauseMs, retryAfterMs || firstPauseMs * 2 ** count);
  return Math.min(pauseMs, longestPauseMs);
}

function pause(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const passed = Promise.withResolvers<void>();
  clock.after(delayMs, passed.resolve);
  return unlessAborted(signal, passed.promise);
}

function parse<Result>(schema: z.ZodType<Result>, { body }: AcmeAnswer): Result {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new AcmeNonsense('it answered with something that is not ACME (RFC 8555)');
}

function newKey(): string {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}
