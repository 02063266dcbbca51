import { existsSync } from 'node:fs';
import { Failure } from '../../../core/failure.ts';
import type { Namespace } from '../../../core/lexicon/namespace.ts';
import { findNamespaces } from '../../../core/store/find-namespaces.ts';
import { knownNamespaces } from '../../../core/store/known-namespaces.ts';
import {
  conversionDirectory,
  documentsPath,
  lockPath,
  ownFolder,
  sumsPath,
} from '../../../core/store/layout.ts';
import { findNewer } from '../../../core/store/newer-databases.ts';
import { StoresFile } from '../../../core/store/stores-file.ts';
import type { StoreBackend } from '../../../core/store/stores.ts';
import { areSumsWhole, isSealed } from '../../../core/store/sums.ts';
import { refuseUnfinishedRestore } from '../../../core/store/unfinished-restore.ts';
import { refuseOtherBackends } from '../../../core/store/which-store.ts';
import type { Migration } from '../../../platform/database.ts';
import { count } from '../../../platform/format.ts';
import { shellWord } from '../../../platform/shell-word.ts';
import { findingsOf, type Finding } from '../finding.ts';
import { glanceOver } from './store-glance.ts';

const { ok, warning, problem } = findingsOf('store');

export interface AtRest {
  readonly backend: StoreBackend;
  /** All that the control database may have in it. */
  readonly controlTables: readonly Migration[];
  readonly signal: AbortSignal;
}

/** What is known to be wrong with a data directory that no server holds: what would keep one from starting first. */
export async function atRest(
  path: string,
  { backend, controlTables, signal }: AtRest,
): Promise<readonly Finding[]> {
  const refused =
    refusal(() => refuseUnfinishedRestore(path)) ??
    refusal(() => refuseOtherBackends(new StoresFile(path), backend));
  if (refused) return [refused];
  const newer = await findNewer(path, controlTables);
  if (newer)
    return [problem(newer.message, 'Put the newer program back where it was; then start the server.')];
  signal.throwIfAborted();
  return [
    ...glanceOver(path, false),
    ...findLeftOut(path),
    ...(await findUnfinishedMove(path)),
    ...findUnsealed(path),
    ...(backend === 'sqlite' ? await findImports(path) : []),
  ];
}

/** Why no server would start. */
function refusal(attempt: () => void): Finding | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'StoreDamaged') {
      const cause =
        'which store holds the documents is not known, and no server starts. What lies on disk tells it again';
      return problem(`stores.json in ${ownFolder} does not read: ${cause}.`, 'groundmist verify --repair');
    }
    const command = /`((?:groundmist|mv|rmdir) [^`]+)`/.exec(error.message)?.[1];
    return problem(
      error.message,
      command ??
        (error.code === 'RestoreUnfinished' ? 'Once no restore runs, do what it says.' : 'Do what it says.'),
    );
  }
}

/** Documents of the stock layout that did not load when their namespace was taken over. */
function findLeftOut(path: string): readonly Finding[] {
  return [...new StoresFile(path).entries()].flatMap(([namespace, { problems }]) => {
    const [first] = problems;
    if (first === undefined) return [];
    const many = count(problems.length, 'document');
    const cause = `${many} of ${namespace} did not load when the folder was taken over, and stayed where they were: ${first.document}: ${first.reason}`;
    return [warning(cause, `groundmist verify ${shellWord(namespace)}`)];
  });
}

/** A move from one store to the other that was cut off: either store is whole, and the other takes room. */
async function findUnfinishedMove(path: string): Promise<readonly Finding[]> {
  const stores = new StoresFile(path);
  const cutOff = (await knownNamespacesIn(path)).filter(
    (namespace) =>
      stores.get(namespace)?.replaced !== undefined || existsSync(conversionDirectory(path, namespace)),
  );
  if (cutOff.length === 0) return [];
  const cause = `The move of ${cutOff.join(', ')} to another store was cut off. No document is lost, and what is left of it takes room.`;
  return [warning(cause, 'groundmist import')];
}

async function knownNamespacesIn(path: string): Promise<readonly Namespace[]> {
  return existsSync(path) ? await knownNamespaces(path) : [];
}

/** Whoever ends in order leaves hashes of everything. */
function findUnsealed(path: string): readonly Finding[] {
  if (!existsSync(lockPath(path))) return [];
  const cure = 'groundmist verify';
  if (!isSealed(path)) {
    return [
      warning(
        'The last server or command did not end in order, as after a power cut: what it acknowledged is on disk, and a look whether all of it reads is due.',
        cure,
      ),
    ];
  }
  if (areSumsWhole(path)) return [];
  const cause = `${sumsPath(path)}, the hashes of what was left, does not read: a byte of it changed while nothing ran, and perhaps others did.`;
  return [warning(cause, cure)];
}

/** What lies in the layout of automerge-repo and no server has met. */
async function findImports(path: string): Promise<readonly Finding[]> {
  if (!existsSync(path)) return [];
  const known = new StoresFile(path);
  const waiting = (await findNamespaces(path)).filter(
    (namespace) => known.get(namespace) === undefined && !existsSync(documentsPath(path, namespace)),
  );
  if (waiting.length === 0) return [];
  const cause = `${waiting.join(', ')} ${waiting.length === 1 ? 'is' : 'are'} in the layout of automerge-repo, and will be taken over when the server starts; with many documents that takes a while.`;
  return [ok(cause)];
}
