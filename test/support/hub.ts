import { getLogger, type Logger } from '@logtape/logtape';
import { decode, encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { approvedPermission, type Policy } from '../../src/core/access/access.ts';
import type { Permission } from '../../src/core/auth/permission.ts';
import type { Session } from '../../src/core/auth/session.ts';
import type { Fence } from '../../src/core/fence/fence.ts';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import type { DocumentStore } from '../../src/core/store/document-store.ts';
import { Stores, type StoreBackend } from '../../src/core/store/stores.ts';
import { DeviceSockets } from '../../src/core/sync/device-sockets.ts';
import { DocumentCache } from '../../src/core/sync/document-cache.ts';
import { Hub } from '../../src/core/sync/hub.ts';
import { defaultSyncLimits, type SyncLimits } from '../../src/core/sync/limits.ts';
import { SyncMeasures } from '../../src/core/sync/sync-measures.ts';
import type { Connection, Socket } from '../../src/platform/http.ts';
import { TestClock } from './clock.ts';
import type { Frame } from './raw-peer.ts';
import { sharedFence } from './fence.ts';
import { temporaryFolder } from './folder.ts';

export const testNamespace = parseNamespace('xyz.groundmist.library');

/** A hub on a real store, with a clock the test moves. */
export interface TestHub extends AsyncDisposable {
  readonly hub: Hub;
  readonly store: DocumentStore;
  readonly cache: DocumentCache;
  readonly clock: TestClock;
}

/** The hub that is there now, where a test starts it again. */
export type AnyHub = Pick<TestHub, 'hub'>;

export interface TestHubOptions {
  /** Where its data lies; of its own, and gone with it, where left out. */
  readonly dataDirectory?: string;
  readonly limits?: Partial<SyncLimits>;
  /** Beside the one that always holds. */
  readonly policies?: readonly Policy[];
  /** Of its own; else that of all tests. */
  readonly fence?: Fence;
  /** When what is said leaves; at once where left out, so that a test sees it. */
  readonly soon?: (action: () => void) => void;
  /** Called with what is logged as an error. */
  readonly onError?: (sentence: string) => void;
  /** How documents are kept; `sqlite` where left out. */
  readonly backend?: StoreBackend | undefined;
  /** Puts something before the real store. */
  readonly wrap?: (store: DocumentStore) => DocumentStore;
}
/** A logger that goes nowhere, but for its errors. A copy of one would lack its private parts. */
function loggerTelling(onError: (sentence: string) => void): Logger {
  return new Proxy(getLogger('groundmist-test'), {
    get(logger, name) {
      if (name === 'error') return onError;
      const value: unknown = Reflect.get(logger, name, logger);
      return typeof value === 'function' ? value.bind(logger) : value;
    },
  });
}

export async function openHub({
  limits = {},
  policies = [],
  wrap = (store) => store,
  dataDirectory,
  backend,
  fence = sharedFence(),
  soon = (action) => action(),
  onError = () => {},
}: TestHubOptions = {}): Promise<TestHub> {
  const directory =
    dataDirectory === undefined ? temporaryFolder() : { path: dataDirectory, [Symbol.dispose]() {} };
  const clock = new TestClock();
  const stores = new Stores({ dataDirectory: directory.path, clock, fence, backend });
  const store = wrap(await stores.open(testNamespace));
  const allLimits = { ...defaultSyncLimits, ...limits };
  const cache = new DocumentCache(allLimits.changesInMemory);
  const hub = new Hub({
    namespace: testNamespace,
    store,
    storageId: crypto.randomUUID(),
    fence,
    cache,
    sockets: new DeviceSockets({ opened() {}, closed() {} }),
    policies: [approvedPermission, ...policies],
    limits: allLimits,
    clock,
    soon,
    log: loggerTelling(onError),
    measures: new SyncMeasures(),
  });
  return {
    hub,
    store,
    cache,
    clock,
    async [Symbol.asyncDispose]() {
      hub.endAll('the test is over');
      await stores.close();
      directory[Symbol.dispose]();
    },
  };
}

export function sessionOf(
  device: string,
  over: { readonly permission?: Permission; readonly rootDocumentUrl?: string } = {},
): Session {
  const { permission = 'read-write', rootDocumentUrl } = over;
  return { id: `session-${device}`, deviceId: device, namespace: testNamespace, permission, rootDocumentUrl };
}

/** The socket of one peer, and what was sent to it. */
export class HubPeer {
  readonly name: string;
  readonly frames: Frame[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** What the socket answers to `send`: the bytes taken, -1 queued, 0 dropped. */
  sendResult = 1;
  /** What the socket has not taken yet. */
  queuedBytes = 0;
  /** Whether the server has stopped reading. */
  isPaused = false;
  pings = 0;
  /** As every WebSocket does that still is one. */
  answersPings = true;
  /** Called with each frame as it was sent. */
  onBytes: (bytes: Uint8Array) => void = () => {};
  readonly connection: Connection;

  private constructor(hub: Hub, session: Session, name: string) {
    this.name = name;
    this.connection = hub.connect(session, 'abc123');
    const queuedBytes = (): number => this.queuedBytes;
    const socket: Socket = {
      get queuedBytes() {
        return queuedBytes();
      },
      cork: (action) => action(),
      pause: () => void (this.isPaused = true),
      resume: () => void (this.isPaused = false),
      ping: () => {
        this.pings += 1;
        if (this.answersPings) this.connection.pong?.();
      },
      send: (bytes) => {
        if (this.sendResult !== 0) this.frames.push(decode(bytes));
        this.onBytes(bytes);
        return this.sendResult;
      },
      close: (code, reason) => {
        this.closed = { code, reason };
        this.connection.close(code, reason);
      },
    };
    this.connection.open(socket);
  }

  /** Upgraded, not joined. */
  static open(hub: Hub, session: Session, name = session.deviceId): HubPeer {
    return new HubPeer(hub, session, name);
  }

  static join(hub: Hub, session: Session, name?: string): HubPeer {
    const peer = HubPeer.open(hub, session, name);
    peer.send({ type: 'join', senderId: peer.name, supportedProtocolVersions: ['1'] });
    return peer;
  }

  send(frame: unknown): void {
    this.connection.message(encode(frame));
  }

  sync(documentId: string, data: Uint8Array, type: 'sync' | 'request' = 'sync'): void {
    this.send({ type, senderId: this.name, documentId, data });
  }

  about(documentId: string): readonly Frame[] {
    return this.frames.filter((frame) => frame['documentId'] === documentId);
  }
}
