import { join } from 'node:path';
import type { CreatedBackup, CreateOptions } from '../../src/core/backup/create.ts';
import { createBackup } from '../../src/core/backup/create.ts';
import { restoreBackup, type Restored, type RestoreOptions } from '../../src/core/backup/restore.ts';
import { verifyBackup, type Verified, type VerifyOptions } from '../../src/core/backup/verify.ts';
import { controlMigrations } from '../../src/core/control-migrations.ts';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import type { DocumentId } from '../../src/core/store/document-id.ts';
import { openControlDatabase } from '../../src/core/store/control-database.ts';
import { Stores, type StoreBackend } from '../../src/core/store/stores.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { features } from '../../src/features.ts';
import { sharedFence } from './fence.ts';
import { SampleDocument, sampleId } from './sample-documents.ts';

export const library = parseNamespace('xyz.groundmist.library');

const noKey = () => Promise.reject(new Error('no key was expected to be asked for'));
/** As the command line knows them. */
const controlTables = [...controlMigrations, ...features.flatMap(({ tables }) => tables ?? [])];
const never = new AbortController().signal;

/** `backup create` as the command runs it, into `folder`. */
export function create(
  dataDirectory: string,
  folder: string,
  changed: Partial<CreateOptions> = {},
): Promise<CreatedBackup> {
  return createBackup({
    dataDirectory,
    file: join(folder, 'backup.tar.zst'),
    owner: undefined,
    version: '0.0.0',
    lock: undefined,
    fence: sharedFence(),
    clock: systemClock,
    signal: never,
    copying() {},
    packed() {},
    ...changed,
  });
}

export async function verify(
  path: string,
  key: RestoreOptions['key'] = noKey,
  changed: Partial<VerifyOptions> = {},
): Promise<Verified & { readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const verified = await verifyBackup({
    path,
    key,
    fence: sharedFence(),
    controlTables,
    signal: never,
    opened() {},
    problem: (sentence) => void problems.push(sentence),
    ...changed,
  });
  return { ...verified, problems };
}

export function restore(
  path: string,
  dataDirectory: string,
  changed: Partial<RestoreOptions> = {},
): Promise<Restored> {
  return restoreBackup({
    path,
    dataDirectory,
    owner: undefined,
    isForced: false,
    isDryRun: false,
    controlTables,
    clock: systemClock,
    key: noKey,
    signal: never,
    ...changed,
  });
}

export function openStores(dataDirectory: string, backend: StoreBackend): Stores {
  return new Stores({ dataDirectory, clock: systemClock, fence: sharedFence(), backend });
}

/** A data directory with so many documents of two changes each; the heads of each. */
export async function fill(
  dataDirectory: string,
  backend: StoreBackend,
  count = 3,
): Promise<ReadonlyMap<DocumentId, readonly string[]>> {
  const stores = openStores(dataDirectory, backend);
  openControlDatabase(dataDirectory, controlMigrations).close(true);
  const heads = new Map<DocumentId, readonly string[]>();
  try {
    const store = await stores.open(library);
    for (let number = 0; number < count; number += 1) {
      const document = new SampleDocument();
      await store.append(sampleId(number), document.addition());
      await store.append(sampleId(number), document.write(`entry ${number}`).addition());
      heads.set(sampleId(number), document.heads);
    }
  } finally {
    await stores.close();
  }
  return heads;
}

/** The heads of every document that a data directory holds, as its store tells. */
export async function headsIn(
  dataDirectory: string,
  backend: StoreBackend,
): Promise<ReadonlyMap<DocumentId, readonly string[]>> {
  const stores = openStores(dataDirectory, backend);
  try {
    const store = await stores.open(library);
    const listed = await store.list({ limit: 1000 });
    return new Map(listed.map(({ id, heads }) => [id, heads]));
  } finally {
    await stores.close();
  }
}
