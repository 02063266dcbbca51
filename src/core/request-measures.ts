import { Tally } from '../platform/tally.ts';
import type { FailureCode } from './failure.ts';

/** `challenged`: asked for a proof with a nonce, as each app is at first. */
const signIns = ['admitted', 'refused', 'waiting', 'challenged', 'failed'] as const;
type SignInOutcome = (typeof signIns)[number];

/** What the network asked over HTTP, and what it was told, counted. */
export class RequestMeasures {
  /** By status; 101 became sockets. */
  readonly answers = new Tally<`${number}`>();
  readonly signIns = new Tally<SignInOutcome>(signIns);
  /** Why requests were refused, sign-ins and sockets before their upgrade among them. */
  readonly refusals = new Tally<FailureCode>();

  noteFailedSignIn(code: FailureCode): void {
    this.signIns.add(code === 'UseDpopNonce' ? 'challenged' : 'failed');
    if (code !== 'UseDpopNonce') this.refusals.add(code);
  }
}
