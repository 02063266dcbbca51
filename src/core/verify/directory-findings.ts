import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Migration } from '../../platform/database.ts';
import { ReadOnlyDatabase } from '../../platform/read-only-database.ts';
import { Failure } from '../failure.ts';
import { isNamespace, type Namespace } from '../lexicon/namespace.ts';
import { expectedSchema, readSchema } from '../store/database-schema.ts';
import { errorCode } from '../store/error-code.ts';
import { integrityProblems } from '../store/integrity.ts';
import { findNamespaces } from '../store/find-namespaces.ts';
import {
  controlDatabasePath,
  documentsPath,
  lockPath,
  namespaceDirectory,
  namespaceQuarantine,
  storesPath,
} from '../store/layout.ts';
import { isLocked } from '../store/lock.ts';
import { explainReadError } from '../store/read-error.ts';
import { StoresFile } from '../store/stores-file.ts';
import { changedInQuarantine } from '../store/nodefs/quarantine-folder.ts';
import { changedFiles, isSealed, type ChangedFile } from '../store/sums.ts';
import { isStoreBackend } from '../store/which-store.ts';
import { whyLogLost } from '../store/wal-check.ts';
import type { FileFinding, VerifyEvent } from './event.ts';

export interface DirectoryOptions {
  readonly dataDirectory: string;
  /** The tables that a control database may have. */
  readonly controlMigrations: readonly Migration[];
  readonly signal: AbortSignal;
}

const fromBackup = 'Bring it back from a backup.';
const controlAdvice = `${fromBackup} It holds which apps and devices you let in; without it you approve each anew, and to begin so, move it away and start the server. No repair throws it away.`;

/** What is wrong with the files of a data directory that belong to no document. */
export async function* directoryFindings(options: DirectoryOptions): AsyncGenerator<VerifyEvent> {
  const { dataDirectory } = options;
  for (const finding of [
    ...storesFileFindings(dataDirectory),
    ...(await logFindings(dataDirectory)),
    ...(await controlFindings(options)),
    ...(await quarantineFindings(dataDirectory)),
  ]) {
    yield { kind: 'file', finding };
  }
  yield* sealFindings(options);
}

function storesFileFindings(dataDirectory: string): readonly FileFinding[] {
  try {
    return [...new StoresFile(dataDirectory).entries()].flatMap(([namespace, { backend }]) => {
      if (!isNamespace(namespace)) return [];
      if (!isStoreBackend(backend)) return [unknownBackend(dataDirectory, namespace, backend)];
      const path = (backend === 'nodefs' ? namespaceDirectory : documentsPath)(dataDirectory, namespace);
      if (existsSync(path)) return [];
      const problem = `The documents of ${namespace} were stored in it, and it is gone.`;
      const advice = `${fromBackup} Or, to start again from what the devices have, take ${namespace} out of ${relative(dataDirectory, storesPath(dataDirectory))}.`;
      return [{ path: relative(dataDirectory, path), problem, advice }];
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [storesFinding(dataDirectory, 'It cannot be read, so no server starts on this data directory.')];
  }
}

function unknownBackend(dataDirectory: string, namespace: Namespace, backend: string): FileFinding {
  const problem = `It says that the documents of ${namespace} are kept by "${backend.slice(0, 40)}", which is no store, so no server starts on this data directory.`;
  return storesFinding(dataDirectory, problem);
}

function storesFinding(dataDirectory: string, problem: string): FileFinding {
  const path = relative(dataDirectory, storesPath(dataDirectory));
  const advice = `${fromBackup} \`groundmist verify --repair\` makes it anew where what lies on disk leaves no doubt.`;
  return { path, problem, advice };
}

/** Beside a writer its log changes under the eye; SQLite reads it then. */
async function logFindings(dataDirectory: string): Promise<readonly FileFinding[]> {
  if (isLocked(dataDirectory)) return [];
  const namespaces = await findNamespaces(dataDirectory);
  const databases = [
    ...namespaces.map((one) => documentsPath(dataDirectory, one)),
    controlDatabasePath(dataDirectory),
  ];
  return databases.flatMap((database) => {
    const problem = whyLogLost(`${database}-wal`);
    if (problem === undefined) return [];
    const path = relative(dataDirectory, `${database}-wal`);
    const advice = database === controlDatabasePath(dataDirectory) ? controlLogAdvice : documentsLogAdvice;
    return [{ path, problem: `The log is damaged: ${problem}.`, advice }];
  });
}

const documentsLogAdvice =
  'What the last commits wrote is not read any more: bring the file back from a backup, or let the devices bring it.';
const controlLogAdvice =
  'What the last commits wrote is not read any more, and no repair and no device brings it: who was let in, or put out, in the last moments before the end. Bring it back with its database from a backup; or keep a copy and start the server, which goes on with what was committed before the damaged place, and look with `groundmist app list` whether all are there, and nobody whom you put out.';

async function controlFindings({
  dataDirectory,
  controlMigrations,
}: DirectoryOptions): Promise<readonly FileFinding[]> {
  const file = controlDatabasePath(dataDirectory);
  const path = relative(dataDirectory, file);
  const hadServer = hasMarks(dataDirectory);
  if (!existsSync(file)) {
    // While the sums are there they tell whether it was; a command that holds the lock needs none.
    if (!hadServer || isSealed(dataDirectory) || isLocked(dataDirectory)) return [];
    return [
      { path, problem: 'The database of apps and devices is gone.', advice: ifNoServer(controlAdvice) },
    ];
  }
  using database = new ReadOnlyDatabase(file, {
    hasWriter: () => isLocked(dataDirectory),
    temporaryDirectory: tmpdir(),
    onCopyBesideWriter: () => {},
  });
  const problems = await database
    .read((opened) => {
      const found = integrityProblems(opened);
      if (found.length === 0 && hadServer && readSchema(opened).length === 0)
        return ['not one table is in it'];
      const expected = found.length > 0 ? undefined : expectedSchema(opened, controlMigrations);
      const isOurs = expected === undefined || expected.join() === readSchema(opened).join();
      return isOurs ? found : ['its tables are not those that groundmist makes'];
    })
    .catch((error: unknown): readonly string[] => {
      const code = errorCode(error) ?? '';
      if (/^SQLITE_(?:NOTADB|CORRUPT|ERROR|FORMAT)/.test(code))
        return [`it does not read as a database (${code})`];
      throw explainReadError('The database of apps and devices', error);
    });
  return problems.map((problem) => ({
    path,
    problem: `The database of apps and devices is damaged: ${problem}.`,
    advice: controlAdvice,
  }));
}

function ifNoServer(advice: string): string {
  return `${advice} If no server ever ran on this data directory, nothing is lost: the first makes it.`;
}

/** Whether somebody of ours held the lock here and opened a store. */
function hasMarks(dataDirectory: string): boolean {
  if (!existsSync(lockPath(dataDirectory))) return false;
  try {
    return [...new StoresFile(dataDirectory).entries()].length > 0;
  } catch (error) {
    if (error instanceof Failure) return false; // It is told by itself.
    throw error;
  }
}

async function quarantineFindings(dataDirectory: string): Promise<readonly FileFinding[]> {
  return (await findNamespaces(dataDirectory)).flatMap((namespace) => {
    const folder = namespaceQuarantine(dataDirectory, namespace);
    const problem = 'What was set aside here is not as it was put there.';
    const advice = `Nothing reads it but you. ${fromBackup}`;
    return changedInQuarantine(folder).map((place) => {
      return { path: relative(dataDirectory, join(folder, `${place}.chunk`)), problem, advice };
    });
  });
}

async function* sealFindings({ dataDirectory, signal }: DirectoryOptions): AsyncGenerator<VerifyEvent> {
  const why = whyNotCompared(dataDirectory);
  if (why !== undefined) {
    yield {
      kind: 'note',
      sentence: `${why}, so what carries no checksum of its own was not compared; chunks and databases are.`,
    };
    return;
  }
  const changed: ChangedFile[] = [];
  for await (const one of changedFiles(dataDirectory, () => signal.throwIfAborted())) changed.push(one);
  // Where a server started meanwhile, it is that which changed them.
  if (!isSealed(dataDirectory) || isLocked(dataDirectory)) return;
  const control = relative(dataDirectory, controlDatabasePath(dataDirectory));
  for (const { path, change } of changed) {
    const advice = path === control && change === 'gone' ? controlAdvice : sentences[change].advice;
    yield { kind: 'file', finding: { path, problem: sentences[change].problem, advice } };
  }
}

function whyNotCompared(dataDirectory: string): string | undefined {
  if (!existsSync(lockPath(dataDirectory))) return undefined; // Nobody of ours was here.
  if (isLocked(dataDirectory)) return 'A server holds the data directory';
  return isSealed(dataDirectory) ? undefined : 'Groundmist has not ended in order on this data directory';
}

const restored =
  'If you put it there yourself, as from a backup, `groundmist verify --repair` takes it as it is.';
const sentences = {
  differs: {
    problem: 'It is not as it was left: bytes of it changed while nothing was running.',
    advice: `What reads as whole below is whole. ${restored}`,
  },
  gone: { problem: 'It was there and is gone.', advice: fromBackup },
  new: { problem: 'It was not there when groundmist ended.', advice: restored },
} as const;
