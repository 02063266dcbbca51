import { relative } from 'node:path';
import type { Logger } from '@logtape/logtape';
import type { Clock } from '../../platform/clock.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { DocumentStore } from '../store/document-store.ts';
import { hadDatabase } from '../store/emptied-store.ts';
import { findNamespaces } from '../store/find-namespaces.ts';
import { documentsPath, namespaceDirectory, namespaceQuarantine, storesPath } from '../store/layout.ts';
import { livesInStockLayout } from '../store/open-namespace.ts';
import { renameChanged } from '../store/nodefs/quarantine-folder.ts';
import { rebuildDatabase, type Rebuilt } from '../store/salvage/rebuild.ts';
import { hasNoDocument, setDatabaseAside, type SetAside } from '../store/salvage/set-aside.ts';
import { StoresFile } from '../store/stores-file.ts';
import type { StoreBackend } from '../store/stores.ts';
import { isStoreBackend } from '../store/which-store.ts';
import { takeDataDirectory, type TakenDirectory } from '../taken-directory.ts';
import type { Loss } from './document-report.ts';
import { repairDocument, type RepairedDocument } from './repair-document.ts';
import type { RepairPlan } from './repair-plan.ts';
import { repairStockDocument } from './repair-stock.ts';
import { newStoresFile, replaceStoresFile } from './repair-stores-file.ts';

/** What was done. */
export type RepairEvent =
  | { readonly kind: 'document'; readonly repaired: RepairedDocument }
  | { readonly kind: 'database'; readonly namespace: Namespace; readonly rebuilt: Rebuilt }
  | { readonly kind: 'set aside'; readonly namespace: Namespace; readonly aside: SetAside }
  | { readonly kind: 'file'; readonly path: string; readonly change: 'made anew' | 'renamed' };

export interface RepairOptions {
  readonly dataDirectory: string;
  /** Of namespaces that nobody has opened yet. */
  readonly store: StoreBackend;
  /** Whether everything was looked at, so that all is known to be as it should. */
  readonly isEverything: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const pageLength = 500;

/** Does what was planned, with the data directory held; `Busy` says who has it. Each step is whole or not done. */
export async function* repair(options: RepairOptions, plan: RepairPlan): AsyncGenerator<RepairEvent> {
  const { dataDirectory, clock, log } = options;
  const done: RepairEvent[] = [];
  const backend = backendOf(dataDirectory) ?? options.store;
  await using taken = await takeDataDirectory({
    dataDirectory,
    store: backend,
    listen: '',
    command: 'verify --repair',
    clock,
    log,
    prepare: async () => void done.push(...(await repairFiles(options, plan))),
  });
  if (options.isEverything) taken.seal.forget();
  yield* done;
  const gone = done.flatMap((event) => (event.kind === 'set aside' ? event.namespace : []));
  const rebuild = plan.rebuild.filter((namespace) => !gone.includes(namespace));
  yield* repairDocuments(options, { ...plan, rebuild }, { taken, backend });
}

/** Of a namespace that is there already: all have the same. */
function backendOf(dataDirectory: string): StoreBackend | undefined {
  try {
    const backends = [...new StoresFile(dataDirectory).entries()].map(([, { backend }]) => backend);
    return backends.find(isStoreBackend);
  } catch {
    return undefined; // It is made anew, or the owner hears of it.
  }
}

async function repairFiles(
  { dataDirectory, clock, isEverything }: RepairOptions,
  { rebuild, mustReplaceStoresFile }: RepairPlan,
): Promise<readonly RepairEvent[]> {
  const done: RepairEvent[] = [];
  const text = mustReplaceStoresFile ? await newStoresFile(dataDirectory) : undefined;
  for (const namespace of rebuild) {
    const path = documentsPath(dataDirectory, namespace);
    const quarantine = namespaceQuarantine(dataDirectory, namespace);
    const options = { path, quarantine, now: clock.now() };
    if (hasNoDocument(path) && hadDatabase(dataDirectory, namespace)) {
      done.push({ kind: 'set aside', namespace, aside: setDatabaseAside(options) });
    } else {
      done.push({ kind: 'database', namespace, rebuilt: rebuildDatabase(options) });
    }
  }
  if (text !== undefined) {
    replaceStoresFile(dataDirectory, text, clock.now());
    done.push({
      kind: 'file',
      path: relative(dataDirectory, storesPath(dataDirectory)),
      change: 'made anew',
    });
  }
  for (const namespace of isEverything ? await findNamespaces(dataDirectory) : []) {
    for (const path of renameChanged(namespaceQuarantine(dataDirectory, namespace))) {
      done.push({ kind: 'file', path: relative(dataDirectory, path), change: 'renamed' });
    }
  }
  return done;
}

async function* repairDocuments(
  options: RepairOptions,
  { rebuild, documents }: RepairPlan,
  { taken, backend }: { readonly taken: TakenDirectory; readonly backend: StoreBackend },
): AsyncGenerator<RepairEvent> {
  const { dataDirectory, clock, signal } = options;
  const { stores, fence } = taken;
  for (const namespace of new Set([...rebuild, ...documents.map((one) => one.namespace)])) {
    const isImported = backend === 'nodefs' || !(await livesInStockLayout(dataDirectory, namespace));
    const store = isImported ? await stores.open(namespace) : undefined;
    const planned = new Map(
      documents.flatMap((one) => (one.namespace === namespace ? [[one.id, one.lost] as const] : [])),
    );
    const ids = store && rebuild.includes(namespace) ? idsOf(store) : planned.keys();
    for await (const id of ids) {
      signal.throwIfAborted();
      const repaired = store
        ? await repairDocument(namespace, id, { store, fence })
        : await repairStockDocument(namespace, id, {
            fence,
            base: namespaceDirectory(dataDirectory, namespace),
            quarantine: namespaceQuarantine(dataDirectory, namespace),
            now: clock.now(),
          });
      if (repaired) yield { kind: 'document', repaired: asTold(repaired, planned.get(id)) };
    }
  }
}

/** A store gives no bytes of what is damaged, so the look before knows more of what was lost. */
function asTold(repaired: RepairedDocument, lost: Loss | undefined): RepairedDocument {
  return lost === undefined ? repaired : { ...repaired, report: { ...repaired.report, lost } };
}

async function* idsOf(store: DocumentStore): AsyncGenerator<DocumentId> {
  for (let after: DocumentId | undefined; ;) {
    const page = await store.list({ after, limit: pageLength });
    for (const { id } of page) yield id;
    after = page.at(-1)?.id;
    if (page.length < pageLength) return;
  }
}
