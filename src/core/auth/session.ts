import type { Database } from 'bun:sqlite';
import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { EndedTokens, type EndedToken } from './ended-token-table.ts';
import { LastUses } from './last-use.ts';
import type { Permission } from './permission.ts';
import { RefusedReconnects } from './refused-reconnects.ts';
import { SessionTable, type Session, type SessionUse, type StoredSession } from './session-table.ts';
import type { RandomBytes } from './short-id.ts';
import { Withdrawals } from './withdrawals.ts';

export type { Session } from './session-table.ts';

const prefix = 'gms_';
const tokenForm = /^gms_[A-Za-z0-9_-]{43}$/;
const secretBytes = 32;
const idBytes = 12;
const dayMs = 86_400_000;
const idleMs = 14 * dayMs;
const absoluteMs = 30 * dayMs;
const mostPerPlace = 8;
/** Outside browsers an Origin is written by hand, so a device has as many places as it likes. */
const mostPerDevice = 64;
/**
 * A session issued later than this from now was issued while the clock was far ahead, or the clock is behind now: its
 * age cannot be told. It opens nothing meanwhile and stays, for a clock may be right again.
 */
const mostAheadMs = 2 * dayMs;

/** What a new session is bound to. */
export interface Issuing {
  readonly deviceId: string;
  readonly namespace: Namespace;
  readonly origin: string | undefined;
  readonly permission: Permission;
  readonly rootDocumentUrl: string | undefined;
}

export interface Issued {
  /** `gms_` and 256 random bits; known to nobody but who gets it now. */
  readonly syncToken: string;
  readonly session: Session;
}

export interface SessionsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** What was taken back and is not in the database yet; by default nothing, and kept nowhere else. */
  readonly withdrawals?: Withdrawals;
}

/**
 * Issues and recognises sync tokens. Stock adapters put one in their URL and reconnect with it for
 * ever, so it lives long, survives restarts and is worth little: one namespace, one Origin, one
 * device, revoked with it. Only its SHA-256 is stored.
 */
export class Sessions {
  /** Devices in it have no session, whatever the table says. */
  readonly withdrawals: Withdrawals;
  readonly #table: SessionTable;
  readonly #randomBytes: RandomBytes;
  readonly #lastUses: LastUses;
  readonly #ended: EndedTokens;
  readonly #refused = new RefusedReconnects();

  constructor(options: SessionsOptions) {
    const table = new SessionTable(options.database);
    this.withdrawals = options.withdrawals ?? new Withdrawals();
    this.#table = table;
    this.#ended = new EndedTokens(options.database);
    this.#refused.remember(this.#ended.list());
    this.#randomBytes = options.randomBytes;
    this.#lastUses = new LastUses(options.clock, (uses) => table.setLastUsed(uses));
  }

  /**
   * A new session beside those there are, for two tabs share one key; the longest unused beyond
   * eight for this device, namespace and Origin ends, and that beyond 64 for the device. `NotPermitted` for a device being revoked.
   */
  issue(issuing: Issuing, now: number): Issued {
    if (this.withdrawals.hasDevice(issuing.deviceId)) {
      throw new Failure('NotPermitted', 'The owner of this server revoked this device.');
    }
    const syncToken = prefix + Buffer.from(this.#randomBytes(secretBytes)).toString('base64url');
    const id = Buffer.from(this.#randomBytes(idBytes)).toString('base64url');
    const session: StoredSession = { ...issuing, id, issuedAt: now, lastUsedAt: now };
    this.#lastUses.flushOpen(now);
    const ended = this.#table.inTransaction(() => {
      const expired = this.#table.deleteBefore({ issuedAt: now - absoluteMs, lastUsedAt: now - idleMs });
      this.#table.insert(session, hashOf(syncToken));
      const latest = now + mostAheadMs;
      const ofPlace = this.#table.trim(session, { most: mostPerPlace, latest });
      const ofDevice = this.#table.trimDevice(session.deviceId, { most: mostPerDevice, latest });
      return this.#keep([...expired, ...ofPlace, ...ofDevice]);
    });
    this.#refused.remember(ended);
    this.#refused.forget(issuing.deviceId);
    return { syncToken, session: toPublic(session) };
  }

  /** The session of this sync token, or undefined where it is unknown, ended, or bound to another Origin. */
  verify(syncToken: string, origin: string | undefined, now: number): Session | undefined {
    if (!tokenForm.test(syncToken)) return undefined;
    const hash = hashOf(syncToken);
    const session = this.#table.findByHash(hash);
    if (session === undefined) {
      this.#refused.refused(hash, now);
      return undefined;
    }
    if (session.issuedAt > now + mostAheadMs) return undefined;
    if (session.origin !== origin || this.withdrawals.hasDevice(session.deviceId)) return undefined;
    if (this.#isExpired(session, now)) {
      this.#refused.remember([{ hash, deviceId: session.deviceId }]);
      this.#refused.refused(hash, now);
      return undefined;
    }
    this.#lastUses.note(session.id, now);
    return toPublic(session);
  }

  /** Ends every session of this device. Runs inside the transaction of the caller. */
  endDevice(deviceId: string): void {
    this.#refused.remember(this.#keep(this.#table.deleteOfDevice(deviceId)));
  }

  /** A socket of this session is open: it is in use until that closes, and no other page's sign-in ends it. */
  opened(sessionId: string): void {
    this.#lastUses.opened(sessionId);
  }

  closed(sessionId: string, now: number): void {
    this.#lastUses.closed(sessionId, now);
  }

  /** Changes what the sessions of a device may do in a namespace from their next connection on. */
  setPermission(deviceId: string, namespace: Namespace, permission: Permission): void {
    this.#table.setPermission(deviceId, namespace, permission);
  }

  /** The sessions of each device, by its id. */
  usesByDevice(): ReadonlyMap<string, SessionUse> {
    return this.#table.usesByDevice();
  }

  /** When this device last came with a sync token that has ended; undefined where it has had a new one since. */
  refusedAt(deviceId: string): number | undefined {
    return this.#refused.at(deviceId);
  }

  /** Writes what waits, if it can; before the database closes. */
  close(): void {
    this.#lastUses.flushIfPossible();
  }

  #keep(ended: readonly EndedToken[]): readonly EndedToken[] {
    this.#ended.keep(ended);
    return ended;
  }

  #isExpired(session: StoredSession, now: number): boolean {
    const lastUsedAt = this.#lastUses.unwritten(session.id, now) ?? session.lastUsedAt;
    return now - session.issuedAt >= absoluteMs || now - lastUsedAt >= idleMs;
  }
}

function hashOf(syncToken: string): Uint8Array {
  return createHash('sha256').update(syncToken).digest();
}

function toPublic({ id, deviceId, namespace, permission, rootDocumentUrl }: StoredSession): Session {
  return { id, deviceId, namespace, permission, rootDocumentUrl };
}
