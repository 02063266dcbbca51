import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DocumentId } from '../document-id.ts';
import { syncFolder } from '../durable-file.ts';
import { hasErrorCode } from '../error-code.ts';
import { namespaceDirectory, nodefsPlaces, type NodefsPlaces } from '../layout.ts';
import { prepareNodefsPlaces } from '../prepare-folders.ts';
import { chunkKey, nameIncremental } from '../nodefs/chunk-file.ts';
import { openNodefsStore } from '../nodefs/open-nodefs-store.ts';
import { QuarantineFolder } from '../nodefs/quarantine-folder.ts';
import { diskFiles } from '../nodefs/store-files.ts';
import { sha256 } from '../sha256.ts';
import { listStockChunks, listStockDocuments, stockDocumentFolder } from '../stock-layout.ts';
import type { StoreForm } from './form.ts';

const ownerOnly = 0o700;
const indexEnds = ['', '-wal', '-shm'];

/** The files of automerge-repo, an index and a quarantine. */
export const nodefsForm: StoreForm = {
  path: namespaceDirectory,
  open: ({ dataDirectory, ...ground }, namespace) =>
    openNodefsStore({ ...ground, places: prepareNodefsPlaces(dataDirectory, namespace) }),
  openStaged: (ground, staging) => openNodefsStore({ ...ground, places: stagedPlaces(staging) }),
  async remember(staging, copied) {
    const { base } = stagedPlaces(staging);
    for (const { id, changedAt } of copied) {
      const time = new Date(changedAt);
      for (const path of await listStockChunks(base, id)) await utimes(path, time, time);
    }
  },
  async keepAside(staging, kept) {
    const quarantine = new QuarantineFolder(stagedPlaces(staging).quarantine, diskFiles);
    for await (const { chunk, bytes } of kept) {
      const { documentId, reason, setAsideAt } = chunk;
      const chunkName = chunkKey(nameIncremental(bytes));
      const note = { documentId, reason, setAsideAt, chunk: chunkName, sha256: sha256(bytes).toHex() };
      await diskFiles.write(quarantine.chunkPath(await quarantine.note(note)), bytes);
    }
    syncFolder(quarantine.path);
  },
  async moveIn({ dataDirectory }, namespace, staging) {
    const from = stagedPlaces(staging);
    const to = prepareNodefsPlaces(dataDirectory, namespace);
    moveDocuments(await listStockDocuments(from.base), from.base, to.base);
    moveOwn(from, to);
  },
  async moveAway({ dataDirectory }, namespace, makeFolder) {
    const from = nodefsPlaces(dataDirectory, namespace);
    const ids = await listStockDocuments(from.base);
    const own = [from.quarantine, ...indexEnds.map((end) => from.index + end)];
    if (ids.length === 0 && !own.some((path) => existsSync(path))) return;
    const folder = makeFolder();
    moveDocuments(ids, from.base, folder);
    moveOwn(from, {
      quarantine: join(folder, 'quarantine'),
      index: join(folder, basename(from.index)),
    });
  },
};

function stagedPlaces(staging: string): NodefsPlaces {
  const places = {
    base: join(staging, 'documents'),
    temporary: join(staging, 'temporary'),
    quarantine: join(staging, 'quarantine'),
    index: join(staging, 'index.sqlite'),
  };
  mkdirSync(places.base, { recursive: true, mode: ownerOnly });
  return places;
}

/** Their folders, one by one: a namespace below this one may lie in the same folder. */
function moveDocuments(ids: readonly DocumentId[], from: string, to: string): void {
  const changed = new Set([from, to]);
  for (const id of ids) {
    const [source, target] = [stockDocumentFolder(from, id), stockDocumentFolder(to, id)];
    mkdirSync(dirname(target), { recursive: true, mode: ownerOnly });
    renameSync(source, target);
    changed.add(dirname(target)).add(dirname(source));
  }
  for (const folder of changed) syncFolder(folder);
  for (const id of ids) removeEmpty(dirname(stockDocumentFolder(from, id)));
}

type OwnPlaces = Pick<NodefsPlaces, 'quarantine' | 'index'>;

function moveOwn(from: OwnPlaces, to: OwnPlaces): void {
  move(from.quarantine, to.quarantine);
  for (const end of indexEnds) move(from.index + end, to.index + end);
}

function move(from: string, to: string): void {
  if (!existsSync(from)) return;
  renameSync(from, to);
  syncFolder(dirname(to));
  syncFolder(dirname(from));
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].some((code) => hasErrorCode(error, code))) throw error;
  }
}
