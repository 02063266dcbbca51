import type { CreatedBackup } from '../../core/backup/create.ts';
import type { ListedBackup } from '../../core/backup/list.ts';
import type { Manifest } from '../../core/backup/manifest.ts';
import type { Restored } from '../../core/backup/restore.ts';
import { isoTime } from '../../platform/format.ts';

/** What a backup holds, in every answer about one. */
function contentJson(manifest: Manifest): object {
  return {
    createdAt: manifest.createdAt,
    owner: manifest.owner,
    groundmist: manifest.groundmist,
    documents: manifest.documents.count,
    files: manifest.files.count,
    unpackedBytes: manifest.dataBytes,
    damaged: manifest.damaged,
    namespaces: manifest.namespaces,
  };
}

export function createdJson(
  { path, sizeBytes, sha256, manifest }: CreatedBackup,
  isEncrypted: boolean,
): object {
  return { path, bytes: sizeBytes, sha256, encrypted: isEncrypted, ...contentJson(manifest) };
}

export function listedJson({
  path,
  at,
  sizeBytes,
  isScheduled,
  isEncrypted,
  manifest,
  problem,
}: ListedBackup): object {
  return {
    path,
    time: isoTime(at),
    bytes: sizeBytes,
    scheduled: isScheduled,
    encrypted: isEncrypted,
    ...(problem === undefined ? {} : { error: problem }),
    ...(manifest === undefined ? {} : contentJson(manifest)),
  };
}

export function verifiedJson(path: string, manifest: Manifest, problems: readonly string[]): object {
  return { path, ...contentJson(manifest), problems };
}

export function restoredJson(
  { dataDirectory, movedTo, sessionCount, manifest }: Restored,
  isDryRun: boolean,
): object {
  return {
    dataDirectory,
    movedTo: movedTo ?? null,
    dryRun: isDryRun,
    sessionsEnded: sessionCount,
    ...contentJson(manifest),
  };
}
