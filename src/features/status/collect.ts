import { resolve } from 'node:path';
import type { Core } from '../../core/core.ts';
import type { CertificateReport, PublishReport, Report } from '../../core/reports.ts';
import { describeFailed, type StoreState } from '../../core/store/store-states.ts';
import type { HubCounts } from '../../core/sync/hub.ts';
import { isoTime } from '../../platform/format.ts';
import { version } from '../../platform/version.ts';
import type { NamespaceStatus, Status } from './status.ts';

/** How the server does, as it is now; it opens no document and asks nobody else. */
export async function collectStatus(core: Core, started: Started): Promise<Status> {
  const { clock, hubs, publicUrl } = core;
  const dataDirectory = resolve(core.dataDirectory);
  const counts = hubs.counts();
  const namespaces = (await core.stores.states()).map((state) =>
    describe(state, counts.get(state.namespace)),
  );
  const { serverBytes = null, automergeBytes = null } = core.memory();
  const reports = core.reports.read();
  const sessions = [...core.sessions.usesByDevice().values()];
  const misled = reports.publish?.problem ?? [];
  const failed = namespaces.flatMap(problemOf).concat(misled);
  return {
    at: new Date(clock.now()).toISOString(),
    version,
    pid: process.pid,
    startedAt: new Date(started.at).toISOString(),
    uptimeSeconds: Math.floor((clock.elapsed() - started.elapsedMs) / 1000),
    owner: core.owner,
    host: publicUrl.host,
    url: publicUrl.origin,
    dataDirectory,
    isReady: core.whyNotReady().length === 0,
    problems: [...new Set([...core.troubles(), ...failed])],
    warnings: [...reports.warnings],
    namespaces,
    documents: namespaces.reduce((sum, { documents }) => sum + (documents ?? 0), 0),
    bytes: namespaces.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    sessions: sessions.reduce((sum, { count }) => sum + count, 0),
    devices: sessions.length,
    peers: namespaces.reduce((sum, { peers }) => sum + peers, 0),
    approvals: core.access.list().approvals.map(({ id, namespace }) => ({ id, namespace })),
    memory: { serverBytes, automergeBytes },
    disk: core.stores.disk.room,
    ...describeReports(reports),
  };
}

/** When the server started, by the wall and by a clock that nobody sets. */
export interface Started {
  readonly at: number;
  readonly elapsedMs: number;
}

function describe(state: StoreState, counts: HubCounts | undefined): NamespaceStatus {
  const { kind, namespace } = state;
  const peers = (counts?.sockets ?? 0) - (counts?.unjoined ?? 0);
  const unknown = { namespace, state: kind, documents: null, bytes: null, lastChange: null, peers };
  switch (state.kind) {
    case 'opening':
      return unknown;
    case 'failed':
      return { ...unknown, error: state.reason };
    case 'open': {
      const { documentCount, sizeBytes, changedAt } = state.summary;
      return { ...unknown, documents: documentCount, bytes: sizeBytes, lastChange: isoTime(changedAt) };
    }
  }
}

function problemOf({ namespace, error }: NamespaceStatus): readonly string[] {
  if (error === undefined) return [];
  return [describeFailed(namespace, error)];
}

function describeReports({
  backup,
  publish,
  certificate,
}: Report): Pick<Status, 'backup' | 'publish' | 'certificate'> {
  return {
    backup: backup === undefined ? null : { lastAt: isoTime(backup.lastAt), isStale: backup.isStale },
    publish: publish === undefined ? null : describePublish(publish),
    certificate: certificate === undefined ? null : describeCertificate(certificate),
  };
}

function describeCertificate({ source, validTo, nextAt }: CertificateReport): Status['certificate'] {
  return { source, validTo: isoTime(validTo), nextAt: isoTime(nextAt) };
}

function describePublish({ state, checkedAt, since, host, missed }: PublishReport): Status['publish'] {
  return {
    state,
    checkedAt: isoTime(checkedAt),
    since: isoTime(since),
    host: host ?? null,
    missed: missed === undefined ? null : { since: new Date(missed.since).toISOString(), why: missed.why },
  };
}
