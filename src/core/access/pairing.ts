import { createHash, timingSafeEqual } from 'node:crypto';
import { subscriberNetwork } from '../../platform/client-address.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Audit } from '../auth/audit.ts';
import type { Caller } from '../auth/credentials.ts';
import type { RandomBytes } from '../auth/short-id.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { Approval } from './approval-table.ts';
import { Watched } from './watched.ts';

const codeBytes = 24;
const roundMs = 10 * 60_000;
/** The command that pairs asks more often than this; without it nobody sits there to answer. */
const attendedMs = 15_000;

export interface PairingOptions {
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Says no to a question that nobody is there to answer any more. */
  readonly deny: (approvalId: string) => void;
  /** Writes down what the owner, and who opened the link, did. */
  readonly note: Audit['note'];
}

/** What the owner sees of the pairing they watch. */
export interface PairingView {
  /** Of this pairing, among those since the start. */
  readonly id: number;
  /** Counts every change. */
  readonly version: number;
  /** Counts the links: each is good for one device and ten minutes. */
  readonly round: number;
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** From where the link was opened, once it was. */
  readonly address: string | undefined;
  /** It was opened through a proxy that does not say from where, which counts for nothing. */
  readonly isAddressHidden: boolean;
  /** The id of the approval that waits for an answer. */
  readonly approvalId: string | undefined;
}

/** From where a link was opened; not known where it is only the address of a proxy. */
export interface Opener {
  readonly address: string;
  readonly isAddressKnown: boolean;
}

/** `hidden`: the link is right, and not used up, but whoever comes by that proxy would look like this device. */
export type Opening = 'opened' | 'hidden' | 'nothing';

interface Round extends Omit<PairingView, 'version'> {
  readonly namespace: Namespace | undefined;
  readonly waiting: Approval | undefined;
  readonly denied: ReadonlySet<string>;
}

/**
 * Lets a device ask whose PDS vouches for nothing, while the owner looks: for ten minutes, from the
 * one address that opened the link, and one device at a time, for a second one may be a stranger
 * behind the same address.
 */
export class Pairing {
  readonly #options: PairingOptions;
  readonly #round = new Watched<Round | undefined>(undefined);
  #begunCount = 0;
  #cancelRound = () => {};
  #cancelAttendance = () => {};

  constructor(options: PairingOptions) {
    this.#options = options;
  }

  /** Begins anew, with a new link; a pairing that was under way ends. */
  begin(namespace: Namespace | undefined): PairingView {
    this.#endRound();
    const { clock, note } = this.#options;
    note('pairing-began', { namespace }, clock.now());
    this.#begunCount += 1;
    this.#attend();
    return this.#startRound(namespace, 1);
  }

  /** What has changed since the view that was seen, or after `longestMs` what there is; undefined once it is over. */
  async next(seen: Pick<PairingView, 'id' | 'version'>, longestMs: number): Promise<PairingView | undefined> {
    if (this.#round.value?.id !== seen.id) return undefined;
    this.#attend();
    await this.#round.changed(seen.version, (action) => this.#options.clock.after(longestMs, action));
    const round = this.#round.value;
    return round?.id === seen.id ? this.#show(round) : undefined;
  }

  end(id: number): void {
    if (this.#round.value?.id === id) this.#endRound();
  }

  /** Somebody opened the link: its address is the one that may ask. `nothing` where it is no link, or another's already. */
  open(code: string, { address, isAddressKnown }: Opener): Opening {
    const round = this.#round.value;
    if (round === undefined || !isSame(code, round.code)) return 'nothing';
    if (round.address !== undefined) {
      return subscriberNetwork(round.address) === subscriberNetwork(address) ? 'opened' : 'nothing';
    }
    if (!isAddressKnown) {
      this.#round.set({ ...round, isAddressHidden: true });
      return 'hidden';
    }
    const { clock, note } = this.#options;
    note('pairing-opened', { address }, clock.now());
    this.#round.set({ ...round, address, isAddressHidden: false });
    return 'opened';
  }

  /** Whether this caller is the device that the owner pairs, asking for what they pair it for. */
  admits(caller: Caller, namespace: Namespace): boolean {
    const round = this.#round.value;
    if (round?.address === undefined) return false;
    if (subscriberNetwork(round.address) !== subscriberNetwork(caller.address)) return false;
    if (round.namespace !== undefined && round.namespace !== namespace) return false;
    return !round.denied.has(`${caller.thumbprint} ${namespace}`);
  }

  /** Shows the owner a question. False where another one waits already: then both are refused and pairing begins anew. */
  show(approval: Approval): boolean {
    const round = this.#round.value;
    if (round === undefined) return false;
    if (round.waiting === undefined || round.waiting.id === approval.id) {
      this.#round.set({ ...round, waiting: approval, approvalId: approval.id });
      return true;
    }
    this.#startRound(round.namespace, round.round + 1);
    for (const { id } of [round.waiting, approval]) this.#options.deny(id);
    return false;
  }

  /** The question has its answer, from wherever. */
  answered(approval: Approval): void {
    const round = this.#round.value;
    if (round?.waiting?.id !== approval.id) return;
    const key = `${approval.thumbprint} ${approval.namespace}`;
    const denied = approval.state === 'denied' ? new Set([...round.denied, key]) : round.denied;
    this.#round.set({ ...round, waiting: undefined, approvalId: undefined, denied });
  }

  #endRound(): void {
    this.#cancelRound();
    this.#cancelAttendance();
    const waiting = this.#round.value?.waiting;
    if (this.#round.value !== undefined) this.#round.set(undefined);
    if (waiting !== undefined) this.#options.deny(waiting.id);
  }

  #startRound(namespace: Namespace | undefined, number: number): PairingView {
    const { clock, randomBytes } = this.#options;
    this.#cancelRound();
    this.#cancelRound = clock.after(roundMs, () => this.#endRound());
    const round = {
      id: this.#begunCount,
      namespace,
      round: number,
      code: Buffer.from(randomBytes(codeBytes)).toString('base64url'),
      expiresAt: clock.now() + roundMs,
      address: undefined,
      isAddressHidden: false,
      approvalId: undefined,
      waiting: undefined,
      denied: new Set<string>(),
    };
    this.#round.set(round);
    return this.#show(round);
  }

  #attend(): void {
    this.#cancelAttendance();
    this.#cancelAttendance = this.#options.clock.after(attendedMs, () => this.#endRound());
  }

  #show(round: Round): PairingView {
    const { namespace: _namespace, waiting: _waiting, denied: _denied, ...view } = round;
    return { ...view, version: this.#round.version };
  }
}

/** In constant time, whatever the lengths. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
