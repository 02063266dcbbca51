import type { Database } from 'bun:sqlite';
import { existsSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../failure.ts';
import { openDocumentsDatabase } from '../documents-database.ts';
import { syncFolder } from '../durable-file.ts';
import { documentsPath, tailPath } from '../layout.ts';
import { QuarantineTable } from '../quarantine-table.ts';
import { SqliteStore } from '../sqlite-store.ts';
import type { ConversionGround, StoreForm } from './form.ts';

const stagedName = 'staged.sqlite';
const ends = ['', '-wal', '-shm', '-tail'];

/** A database a namespace. */
export const sqliteForm: StoreForm = {
  path: documentsPath,
  async open(ground, namespace) {
    const database = openDocumentsDatabase(documentsPath(ground.dataDirectory, namespace));
    return openStore(ground, database, tailPath(ground.dataDirectory, namespace));
  },
  async openStaged(ground, staging) {
    const path = join(staging, stagedName);
    return openStore(ground, openDocumentsDatabase(path), `${path}-tail`);
  },
  remember: () => Promise.resolve(),
  async keepAside(staging, kept) {
    const database = openDocumentsDatabase(join(staging, stagedName));
    try {
      const table = new QuarantineTable(database);
      for await (const { chunk, bytes } of kept) table.put({ ...chunk, now: chunk.setAsideAt, bytes });
    } finally {
      database.close(true);
    }
  },
  async moveIn({ dataDirectory }, namespace, staging) {
    const [path, staged] = [documentsPath(dataDirectory, namespace), join(staging, stagedName)];
    const unfinished = ends.slice(1).find((end) => existsSync(staged + end));
    if (unfinished) throw new Failure('Internal', `${staged} was not closed: ${unfinished} is beside it.`);
    renameSync(staged, path);
    syncFolder(dirname(path));
  },
  async moveAway({ dataDirectory }, namespace, makeFolder) {
    const path = documentsPath(dataDirectory, namespace);
    const present = ends.map((end) => path + end).filter((one) => existsSync(one));
    if (present.length === 0) return;
    const folder = makeFolder();
    for (const one of present) renameSync(one, join(folder, basename(one)));
    syncFolder(folder);
    syncFolder(dirname(path));
  },
};

function openStore({ clock, disk }: ConversionGround, database: Database, tail: string): SqliteStore {
  try {
    return new SqliteStore({ database, tailPath: tail, clock, disk });
  } catch (error) {
    database.close(true);
    throw error;
  }
}
