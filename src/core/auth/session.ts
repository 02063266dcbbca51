import type { Database } from 'bun:sqlite';
import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { LastUses } from './last-use.ts';
import type { Permission } from './permission.ts';
import { RefusedReconnects } from './refused-reconnects.ts';
import { SessionTable, type Session, type SessionUse, type StoredSession } from './session-table.ts';
import type { RandomBytes } from './short-id.ts';

export type { Session } from './session-table.ts';

const prefix = 'gms_';
const tokenForm = /^gms_[A-Za-z0-9_-]{43}$/;
const secretBytes = 32;
const idBytes = 12;
const dayMs = 86_400_000;
const idleMs = 14 * dayMs;
const absoluteMs = 30 * dayMs;
const mostPerPlace = 8;

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
}

/**
 * Issues and recognises sync tokens. Stock adapters put one in their URL and reconnect with it for
 * ever, so it lives long, survives restarts and is worth little: one namespace, one Origin, one
 * device, revoked with it. Only its SHA-256 is stored.
 */
export class Sessions {
  readonly #table: SessionTable;
  readonly #randomBytes: RandomBytes;
  readonly #lastUses: LastUses;
  readonly #refused = new RefusedReconnects();
  /** Devices whose sessions could not be deleted, for the disk was full: they end all the same. */
  readonly #blockedDevices = new Set<string>();

  constructor(options: SessionsOptions) {
    const table = new SessionTable(options.database);
    this.#table = table;
    this.#randomBytes = options.randomBytes;
    this.#lastUses = new LastUses(options.clock, (uses) => table.setLastUsed(uses));
  }

  /**
   * A new session beside those there are, for two tabs share one key; the longest unused beyond
   * eight for this device, namespace and Origin ends. `NotPermitted` for a device being revoked.
   */
  issue(issuing: Issuing, now: number): Issued {
    if (this.#blockedDevices.has(issuing.deviceId)) {
      throw new Failure('NotPermitted', 'The owner of this server revoked this device.');
    }
    const syncToken = prefix + Buffer.from(this.#randomBytes(secretBytes)).toString('base64url');
    const id = Buffer.from(this.#randomBytes(idBytes)).toString('base64url');
    const session: StoredSession = { ...issuing, id, issuedAt: now, lastUsedAt: now };
    this.#lastUses.flushOpen(now);
    const ended = this.#table.inTransaction(() => {
      const expired = this.#table.deleteBefore({ issuedAt: now - absoluteMs, lastUsedAt: now - idleMs });
      this.#table.insert(session, hashOf(syncToken));
      return [...expired, ...this.#table.trim(session, mostPerPlace)];
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
    if (session.origin !== origin || this.#blockedDevices.has(session.deviceId)) return undefined;
    if (this.#isExpired(session, now)) {
      this.#refused.remember([{ hash, deviceId: session.deviceId }]);
      this.#refused.refused(hash, now);
      return undefined;
    }
    this.#lastUses.note(session.id, now);
    return toPublic(session);
  }

  /**
   * Ends every session of these devices at once, with all that `forget` writes or not at all; what cannot be
   * written holds until the process ends.
   */
  revokeDevices(deviceIds: readonly string[], forget: () => void): void {
    for (const id of deviceIds) this.#blockedDevices.add(id);
    try {
      const ended = this.#table.inTransaction(() => {
        forget();
        return deviceIds.flatMap((id) => this.#table.deleteOfDevice(id));
      });
      this.#refused.remember(ended);
    } catch (error) {
      throw new Failure(
        'StoreUnavailable',
        'It is cut off as long as this server runs, but that could not be written down; make room on the disk and revoke again.',
        { cause: error },
      );
    }
    for (const id of deviceIds) this.#blockedDevices.delete(id);
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
