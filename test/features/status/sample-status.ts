import type { NamespaceStatus, Status } from '../../../src/features/status/status.ts';

export const library: NamespaceStatus = {
  namespace: 'xyz.groundmist.library',
  state: 'open',
  documents: 1234,
  bytes: 18_434_000,
  lastChange: '2025-11-21T05:14:50.990Z',
  peers: 2,
};

export function namespaceNamed(namespace: string, changed: Partial<NamespaceStatus> = {}): NamespaceStatus {
  return { ...library, namespace, documents: 1, bytes: 100, peers: 0, ...changed };
}

/** A server that is well, but for what a test changes. */
export function sampleStatus(changed: Partial<Status> = {}): Status {
  return {
    at: '2025-11-21T10:00:00.000Z',
    version: '0.1.0',
    pid: 4242,
    startedAt: '2025-11-18T05:41:07.089Z',
    uptimeSeconds: 274_732,
    owner: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
    host: 'sync.example.com',
    url: 'https://sync.example.com',
    dataDirectory: '/srv/groundmist',
    isReady: true,
    problems: [],
    warnings: [],
    namespaces: [library],
    documents: 1234,
    bytes: 18_434_000,
    sessions: 3,
    devices: 1,
    peers: 2,
    approvals: [],
    memory: { serverBytes: 84_200_000, automergeBytes: null },
    disk: { freeBytes: 12_300_000_000, sizeBytes: 40_000_000_000 },
    backup: null,
    publish: null,
    certificate: null,
    ...changed,
  };
}
