import type { Logger } from '@logtape/logtape';
import type { Clock } from '../platform/clock.ts';
import type { Access } from './access/approvals.ts';
import type { Authentication } from './auth/authentication.ts';
import type { Sessions } from './auth/session.ts';
import type { EventBus } from './events.ts';
import type { Did } from './identity/did.ts';
import type { ServerDocument } from './identity/server-document.ts';
import type { Hubs } from './sync/hubs.ts';

/** The running groundmist as a feature sees it. */
export interface Core {
  readonly owner: Did;
  /** Our public URL, without a path: `https://sync.example.com`. */
  readonly publicUrl: URL;
  /** What we answer at `/.well-known/did.json`. */
  readonly serverDocument: ServerDocument;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventBus;
  readonly authentication: Authentication;
  readonly access: Access;
  readonly sessions: Sessions;
  readonly hubs: Hubs;
}
