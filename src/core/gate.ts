import type { Database } from 'bun:sqlite';
import type { Logger } from '@logtape/logtape';
import type { Clock } from '../platform/clock.ts';
import type { Fetch } from '../platform/outbound.ts';
import { Access } from './access/approvals.ts';
import { Authentication } from './auth/authentication.ts';
import { ClientNames } from './auth/client-names.ts';
import { PlainHttp } from './auth/plain-http.ts';
import { Sessions } from './auth/session.ts';
import type { RandomBytes } from './auth/short-id.ts';
import { Vouching } from './auth/vouching.ts';
import { Withdrawals } from './auth/withdrawals.ts';
import { readOwnerRecord, type RecordLook } from './discovery/owner-record.ts';
import type { Published } from './discovery/published-record.ts';
import { EventBus } from './events.ts';
import type { Did } from './identity/did.ts';
import { logOf } from './log-areas.ts';
import { OwnerIdentity } from './identity/owner-identity.ts';
import { withdrawalsPath } from './store/layout.ts';
import { ReservedFile } from './store/reserved-file.ts';
import { toStoreFailure } from './store/store-failure.ts';

/** Room for some five hundred devices that are revoked before the disk has room again. */
const withdrawalsBytes = 64 * 1024;
const nonceSecretBytes = 32;

export interface GateOptions {
  readonly owner: Did;
  readonly publicUrl: URL;
  readonly plcUrl: string;
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetch: Fetch;
  readonly randomBytes: RandomBytes;
}

export interface Gate {
  readonly events: EventBus;
  readonly authentication: Authentication;
  readonly plainHttp: PlainHttp;
  readonly access: Access;
  readonly clientNames: ClientNames;
  readonly sessions: Sessions;
  readPublished(look: RecordLook): Promise<Published | undefined>;
}

/** Who is known and who may; what was taken back is read before anybody is let in. */
export function openGate(opened: AsyncDisposableStack, database: Database, options: GateOptions): Gate {
  const { owner, publicUrl, plcUrl, dataDirectory, fetch, clock, randomBytes } = options;
  const log = logOf(options.log, 'auth');
  const withdrawals = openWithdrawals(dataDirectory);
  const events = new EventBus();
  const sessions = new Sessions({ database, clock, randomBytes, withdrawals });
  opened.defer(() => sessions.close());
  const access = new Access({ database, sessions, clock, events, randomBytes });
  opened.defer(() => access.close());
  const clientNames = opened.use(new ClientNames({ database, fetch, clock, events, log }));
  learnNames(clientNames, events);
  const plainHttp = new PlainHttp({ publicUrl, database, clock, log });
  const ownerIdentity = opened.use(new OwnerIdentity({ did: owner, plcUrl, fetch, clock }));
  const authentication = openAuthentication(database, ownerIdentity, options);
  const readPublished = (look: RecordLook) => readOwnerRecord(ownerIdentity, fetch, look);
  return { events, authentication, plainHttp, access, clientNames, sessions, readPublished };
}

function openWithdrawals(dataDirectory: string): Withdrawals {
  const path = withdrawalsPath(dataDirectory);
  try {
    return new Withdrawals(new ReservedFile(path, withdrawalsBytes));
  } catch (error) {
    throw toStoreFailure(error, path);
  }
}

/** Of the apps that the PDS vouches for, and of no other. */
function learnNames(clientNames: ClientNames, events: EventBus): void {
  events.listen({
    approvalRequested({ app, kind }) {
      if (kind === 'vouched') clientNames.learn(app);
    },
    rememberedAdmitted: ({ app }) => clientNames.learn(app),
  });
}

function openAuthentication(
  database: Database,
  documents: OwnerIdentity,
  options: GateOptions,
): Authentication {
  const { owner, publicUrl, fetch, clock } = options;
  const vouching = new Vouching({ owner, documents, fetch, clock });
  const nonceSecret = options.randomBytes(nonceSecretBytes);
  return new Authentication({ owner, publicUrl, documents, vouching, clock, database, nonceSecret });
}
