import type { Admission } from '../../core/access/admission.ts';
import type { Core } from '../../core/core.ts';
import { Failure, type FailureCode } from '../../core/failure.ts';
import { logOf } from '../../core/log-areas.ts';
import { toPublicFailure } from '../../core/public-failure.ts';
import { subscriberNetwork } from '../../platform/client-address.ts';
import type { Exchange } from '../../platform/http.ts';
import type { RateLimiter } from '../../platform/limits.ts';
import type { Slots } from '../../platform/slots.ts';
import { readSignIn, type SignIn } from './body.ts';
import { crossOriginHeaders } from './cross-origin.ts';

/** Longer than the PDS may take to vouch for an app and its owner to answer. */
const keepOpenSeconds = 90;
const retryAfterSeconds = '60';
/** As long as stock adapters wait before they connect again. */
const retryAfterStopSeconds = '5';
const lowestServerError = 500;

/**
 * RFC 9449 §7.1 and §8 name these errors. 401 `invalid_token` is not among them and never sent:
 * SDKs answer it by deleting the user's session in the app.
 */
const proofErrors: Partial<Record<FailureCode, string>> = {
  UseDpopNonce: 'use_dpop_nonce',
  InvalidDpopProof: 'invalid_dpop_proof',
};

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What signing in stands on: the core, how often each network may try, and how many bodies are read at once. */
export interface Reception {
  readonly core: Core;
  readonly attempts: RateLimiter;
  readonly bodies: Slots;
}

/** `POST /authenticate`: who is it, may it, and its sync token. */
export async function answerSignIn(
  reception: Reception,
  request: Request,
  exchange: Exchange,
): Promise<Response> {
  const { core } = reception;
  const answer = await decideAnswer(reception, request, exchange);
  return Response.json(answer.body, {
    status: answer.status,
    headers: {
      ...crossOriginHeaders(request),
      'cache-control': 'no-store',
      'dpop-nonce': core.authentication.nonces.current(),
      ...answer.headers,
    },
  });
}

async function decideAnswer(reception: Reception, request: Request, exchange: Exchange): Promise<Answer> {
  const { core } = reception;
  const { requests } = core.measures;
  const { requestId } = exchange;
  try {
    const admission = await admit(reception, request, exchange);
    requests.signIns.add(admission.kind);
    return describeAdmission(admission);
  } catch (error) {
    const failure = toPublicFailure(error, logOf(core.log, 'auth'), requestId);
    requests.noteFailedSignIn(failure.code);
    return describeFailure(failure, requestId);
  }
}

async function admit(reception: Reception, request: Request, exchange: Exchange): Promise<Admission> {
  const { authentication, access } = reception.core;
  const { wish, serviceAuth } = await receive(reception, request, exchange);
  const visitor = await authentication.identify(request, { serviceAuth }, exchange);
  const known = access.enter(visitor, wish);
  if (known !== undefined) return known;
  exchange.keepOpen(keepOpenSeconds);
  return await access.ask(
    await authentication.prove(visitor),
    { ...wish, requestId: exchange.requestId },
    request.signal,
  );
}

/** The body, where this network may still send one. */
async function receive(
  { core, attempts, bodies }: Reception,
  request: Request,
  { address, transport, requestId }: Exchange,
): Promise<SignIn> {
  const network = subscriberNetwork(address);
  if (!attempts.take(network, core.clock.elapsed())) {
    throw new Failure('RateLimited', 'Too many requests came from your network; try again in a minute.');
  }
  core.plainHttp.refuse(transport, requestId);
  using slot = bodies.take(network);
  if (slot === undefined) {
    throw new Failure('RateLimited', 'Too many requests are being sent at once; try again in a minute.');
  }
  return await readSignIn(request, core.clock);
}

function describeAdmission(admission: Admission): Answer {
  if (admission.kind === 'admitted') {
    const { syncToken, rootDocumentUrl } = admission;
    return { status: 200, body: { result: 'OK', token: syncToken, rootDocUrl: rootDocumentUrl ?? null } };
  }
  if (admission.kind === 'refused') {
    return { status: 403, body: { error: 'NotPermitted', message: admission.reason } };
  }
  const message = 'The owner of this server has not answered yet; ask again once they have.';
  return {
    status: 403,
    body: { error: 'ApprovalRequired', message, approvalId: admission.approvalId },
  };
}

function describeFailure(failure: Failure, requestId: string): Answer {
  const { status } = failure.kind;
  const proofError = proofErrors[failure.code];
  const body = { error: proofError ?? failure.code, message: failure.message };
  if (proofError !== undefined) {
    return { status, body, headers: { 'www-authenticate': `DPoP error="${proofError}"` } };
  }
  const named = status >= lowestServerError ? { ...body, requestId } : body;
  if (status !== 429 && status !== 503) return { status, body: named };
  const seconds = failure.code === 'Stopping' ? retryAfterStopSeconds : retryAfterSeconds;
  return { status, body: named, headers: { 'retry-after': seconds } };
}
