import { resolve } from 'node:path';
import type { Logger } from '@logtape/logtape';
import type { Clock } from '../platform/clock.ts';
import type { Migration } from '../platform/database.ts';
import type { Fetch } from '../platform/outbound.ts';
import { ownMemoryBytes } from '../platform/process-memory.ts';
import { approvedPermission, type Policy } from './access/access.ts';
import type { Access } from './access/approvals.ts';
import type { Authentication } from './auth/authentication.ts';
import type { ClientNames } from './auth/client-names.ts';
import type { PlainHttp } from './auth/plain-http.ts';
import type { Sessions } from './auth/session.ts';
import type { RandomBytes } from './auth/short-id.ts';
import { controlMigrations } from './control-migrations.ts';
import type { RecordLook } from './discovery/owner-record.ts';
import type { Published } from './discovery/published-record.ts';
import type { EventBus } from './events.ts';
import { openGate } from './gate.ts';
import type { Fence } from './fence/fence.ts';
import type { FenceLoad, FenceMeasures } from './fence/fence-measures.ts';
import { logOf } from './log-areas.ts';
import type { Did } from './identity/did.ts';
import { makeServerDocument, type ServerDocument } from './identity/server-document.ts';
import { readinessOf, type Readiness } from './readiness.ts';
import { Reports } from './reports.ts';
import { RequestMeasures } from './request-measures.ts';
import { warnOfRoom } from './store/disk.ts';
import { openControlDatabase } from './store/control-database.ts';
import type { StoreMeasures } from './store/store-measures.ts';
import type { StoreBackend, Stores } from './store/stores.ts';
import type { Hub } from './sync/hub.ts';
import { Hubs } from './sync/hubs.ts';
import type { SyncMeasures } from './sync/sync-measures.ts';
import { defaultSyncLimits } from './sync/limits.ts';
import { takeDataDirectory } from './taken-directory.ts';

/** The running groundmist as a feature sees it. */
export interface Core extends Readiness {
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
  /** Absolute, or from where the server was started. */
  readonly dataDirectory: string;
  readonly stores: Pick<Stores, 'states' | 'backend' | 'disk'>;
  /** The owner's public record as anybody sees it, undefined where there is none; the failures of `resolveDid` and of `PdsUnavailable`. */
  readPublished(look: RecordLook): Promise<Published | undefined>;
  /** What features say of themselves in `status` and `/ready`. */
  readonly reports: Reports;
  memory(): MemoryUse;
  /** What was counted since the start. */
  readonly measures: Measures;
  /** What Automerge's process has to do now. */
  fenceLoad(): FenceLoad;
}

export interface Measures {
  readonly requests: RequestMeasures;
  readonly sync: SyncMeasures;
  readonly store: StoreMeasures;
  readonly fence: FenceMeasures;
}

/** Bytes; undefined where the system does not tell, or that process does not run now. */
export interface MemoryUse {
  readonly serverBytes: number | undefined;
  readonly automergeBytes: number | undefined;
}

export interface OpenCoreOptions {
  readonly owner: Did;
  readonly secretKey: string;
  readonly publicUrl: URL;
  readonly plcUrl: string;
  readonly dataDirectory: string;
  readonly store?: StoreBackend;
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
  const { owner, publicUrl, dataDirectory, clock, log } = options;
  await using opened = new AsyncDisposableStack();
  const { fence, stores } = opened.use(await takeDataDirectory(options));
  const tables = [...controlMigrations, ...options.tables];
  const database = opened.adopt(openControlDatabase(dataDirectory, tables), (open) => open.close(true));
  const gate = openGate(opened, database, options);
  const additions: Additions = { policies: [approvedPermission], hubListeners: [] };
  const hubs = new Hubs({
    stores,
    fence,
    sessions: gate.sessions,
    controlDatabase: database,
    limits: defaultSyncLimits,
    clock,
    log: logOf(log, 'sync'),
    ...additions,
  });
  opened.defer(() => hubs.close());
  const reports = new Reports();
  reports.add(() => ({ warnings: warnOfRoom(stores.disk.room, resolve(dataDirectory)) }));
  const core: Core = {
    owner,
    publicUrl,
    serverDocument: await makeServerDocument(publicUrl, options.secretKey, owner),
    clock,
    log,
    ...gate,
    hubs,
    dataDirectory,
    stores,
    ...measuring({ fence, stores, hubs }),
    reports,
    ...readinessOf({ dataDirectory, stores, reports, withdrawals: gate.sessions.withdrawals }),
  };
  return extensible(core, additions, opened.move());
}

/** What the parts count, and what they hold now. */
function measuring({
  fence,
  stores,
  hubs,
}: {
  readonly fence: Fence;
  readonly stores: Stores;
  readonly hubs: Hubs;
}): Pick<Core, 'measures' | 'fenceLoad' | 'memory'> {
  return {
    measures: {
      requests: new RequestMeasures(),
      sync: hubs.measures,
      store: stores.measures,
      fence: fence.measures,
    },
    fenceLoad: () => fence.load(),
    memory: () => ({ serverBytes: ownMemoryBytes(process.pid), automergeBytes: fence.load().memoryBytes }),
  };
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
