import { Tally } from '../../platform/tally.ts';
import type { FailureCode } from '../failure.ts';
import type { ClientFrame, ServerFrame } from './wire.ts';

const received = [
  'join',
  'leave',
  'sync',
  'request',
  'ephemeral',
  'doc-unavailable',
  'remote-subscription-change',
  'remote-heads-changed',
  'refused',
] as const satisfies readonly (ClientFrame['type'] | 'refused')[];
const sent = [
  'peer',
  'sync',
  'request',
  'doc-unavailable',
  'ephemeral',
] as const satisfies readonly ServerFrame['type'][];
/** RFC 6455 §7.4.1; whatever else a client closes with is `other`. */
const closeCodes = ['1000', '1001', '1002', '1003', '1005', '1006', '1008', '1009', '1011', '1013'] as const;
const isKnown: ReadonlySet<string> = new Set(closeCodes);

type Received = (typeof received)[number];
type Sent = ServerFrame['type'];
type CloseCode = (typeof closeCodes)[number] | 'other';

/** Frames and their bytes, by kind. */
class Traffic<Kind extends string> {
  readonly messages: Tally<Kind>;
  readonly bytes: Tally<Kind>;

  constructor(kinds: readonly Kind[]) {
    this.messages = new Tally(kinds);
    this.bytes = new Tally(kinds);
  }

  add(kind: Kind, sizeBytes: number): void {
    this.messages.add(kind);
    this.bytes.add(kind, sizeBytes);
  }
}

/** What went over the sockets of a server and what came of it, counted. */
export class SyncMeasures {
  /** `refused` are those that are none, or in the wrong place. */
  readonly received = new Traffic<Received>(received);
  readonly sent = new Traffic<Sent>(sent);
  /** Sockets that were opened, and how they ended. */
  opened = 0;
  readonly closed = new Tally<CloseCode>([...closeCodes, 'other']);
  /** Sockets that were ended for what the other side did, or for what the server could not do. */
  readonly refusals = new Tally<FailureCode>();
  /** How often a socket was not read for a while, because too much came over it. */
  pauses = 0;
  /** Sync messages that the change graph answered by itself, and those for which Automerge was asked and waited for. */
  readonly answers = new Tally<'graph' | 'automerge'>(['graph', 'automerge']);
  /** How often a document left memory because others needed the room. */
  evictions = 0;
  /** How often something that was stored was put into quarantine, or could not be read back. */
  readonly damage = new Tally<'quarantined' | 'unreadable'>(['quarantined', 'unreadable']);
  /** Messages and documents that could not be served for an error of ours. */
  faults = 0;

  noteClosed(code: number): void {
    const text = String(code);
    this.closed.add(isCloseCode(text) ? text : 'other');
  }
}

function isCloseCode(text: string): text is (typeof closeCodes)[number] {
  return isKnown.has(text);
}
