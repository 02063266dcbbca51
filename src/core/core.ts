import type { Logger } from '@logtape/logtape';
import type { Clock } from '../platform/clock.ts';
import type { Migration } from '../platform/database.ts';
import type { Fetch } from '../platform/outbound.ts';
import { approvedPermission, type Policy } from './access/access.ts';
import { Access } from './access/approvals.ts';
import { controlTables } from './access/tables.ts';
import { Authentication } from './auth/authentication.ts';
import { ClientNames } from './auth/client-names.ts';
import { PlainHttp } from './auth/plain-http.ts';
import { Sessions } from './auth/session.ts';
import type { RandomBytes } from './auth/short-id.ts';
import { Vouching } from './auth/vouching.ts';
import { EventBus } from './events.ts';
import type { Did } from './identity/did.ts';
import { OwnerIdentity } from './identity/owner-identity.ts';
import { makeServerDocument, type ServerDocument } from './identity/server-document.ts';
import { openControlDatabase } from './store/control-database.ts';
import { lockDataDirectory } from './store/lock.ts';
import { Stores } from './store/stores.ts';
import type { Hub } from './sync/hub.ts';
import { Hubs } from './sync/hubs.ts';
import { defaultSyncLimits } from './sync/limits.ts';
import { storageIdentityTables } from './sync/storage-identity.ts';

const nonceSecretBytes = 32;

/** The running groundmist as a feature sees it. */
export interface Core {
  readonly owner: Did;
  /** Our public URL, without a path: `https://sync.example.com`. */
  readonly publicUrl: URL;
  readonly serverDocument: ServerDocument;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventBus;
  readonly authentication: Authentication;
  readonly plainHttp: PlainHttp;
  readonly access: Access;
  readonly clientNames: ClientNames;
  readonly sessions: Sessions;
  readonly hubs: Hubs;
}

export interface OpenCoreOptions {
  readonly owner: Did;
  readonly secretKey: string;
  readonly publicUrl: URL;
  readonly plcUrl: string;
  readonly dataDirectory: string;
  /** Where this server listens, for whoever meets the lock. */
  readonly listen: string;
  readonly tables: readonly Migration[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetch: Fetch;
  readonly randomBytes: RandomBytes;
}

/** An open core, and what features add to it before anything listens. */
export interface OpenCore extends AsyncDisposable {
  readonly core: Core;
  addPolicy(policy: Policy): void;
  onHubOpen(listener: (hub: Hub) => void): void;
}

/** Takes the data directory for this process and opens all that stands on it; disposed in reverse order. */
export async function openCore(options: OpenCoreOptions): Promise<OpenCore> {
  const { owner, publicUrl, dataDirectory, clock, log, randomBytes } = options;
  await using opened = new AsyncDisposableStack();
  const holder = { pid: process.pid, startedAt: clock.now(), listen: options.listen };
  opened.use(lockDataDirectory(dataDirectory, holder));
  const tables = [...controlTables, ...storageIdentityTables, ...options.tables];
  const database = opened.adopt(openControlDatabase(dataDirectory, tables), (open) => open.close(true));
  const stores = opened.adopt(new Stores({ dataDirectory, clock, log }), (open) => open.close());
  const sessions = opened.adopt(new Sessions({ database, clock, randomBytes }), (open) => open.close());
  const events = new EventBus();
  const clientNames = opened.use(new ClientNames({ database, fetch: options.fetch, clock, events, log }));
  learnNames(clientNames, events);
  const additions: Additions = { policies: [approvedPermission], hubListeners: [] };
  const hubs = new Hubs({
    stores,
    controlDatabase: database,
    limits: defaultSyncLimits,
    clock,
    log,
    ...additions,
  });
  opened.defer(() => hubs.close());
  const core: Core = {
    owner,
    publicUrl,
    serverDocument: await makeServerDocument(publicUrl, options.secretKey),
    clock,
    log,
    events,
    clientNames,
    sessions,
    authentication: startAuthentication(options),
    plainHttp: new PlainHttp({ publicUrl, database, clock, log }),
    access: new Access({ database, sessions, clock, events, randomBytes }),
    hubs,
  };
  return extensible(core, additions, opened.move());
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

function startAuthentication(options: OpenCoreOptions): Authentication {
  const { owner, publicUrl, plcUrl, fetch, clock } = options;
  const documents = new OwnerIdentity({ did: owner, plcUrl, fetch, clock });
  const vouching = new Vouching({ owner, documents, fetch, clock });
  const nonceSecret = options.randomBytes(nonceSecretBytes);
  return new Authentication({ owner, publicUrl, documents, vouching, clock, nonceSecret });
}

interface Additions {
  readonly policies: Policy[];
  readonly hubListeners: ((hub: Hub) => void)[];
}

function extensible(core: Core, additions: Additions, opened: AsyncDisposableStack): OpenCore {
  return {
    core,
    addPolicy: (policy) => void additions.policies.push(policy),
    onHubOpen: (listener) => void additions.hubListeners.push(listener),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
