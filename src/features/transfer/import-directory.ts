import { existsSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { unpackHashes } from '../../core/fence/hashes.ts';
import { whyNotChunks } from '../../core/format/whole-chunks.ts';
import { isNamespace, parseNamespace, type Namespace } from '../../core/lexicon/namespace.ts';
import type { DocumentId } from '../../core/store/document-id.ts';
import { carryOut } from '../../core/store/import-steps.ts';
import { decideMerge, type HeldDocument, type MergeOptions } from '../../core/store/merge-step.ts';
import type { DocumentStore } from '../../core/store/document-store.ts';
import { openReader, type Reader } from '../../core/store/reader.ts';
import { takeDataDirectory } from '../../core/taken-directory.ts';
import type { CommandContext } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { coreSettings } from '../../settings.ts';
import { ImportTally } from './import-tally.ts';
import { findSource, type ImportSource } from './import-source.ts';
import { readStorage } from './nodefs-storage.ts';
import { documentProgress, openOwnFence, openTalk } from './workbench.ts';

/** `groundmist import <directory> --into <namespace>` */
export async function importDirectory(context: CommandContext, directory: string): Promise<void> {
  const { options, configuration, terminal } = context;
  const { dataDirectory, store } = coreSettings;
  const values = configuration.read({ dataDirectory, store });
  const into = options['into'];
  if (typeof into !== 'string') {
    throw new Failure(
      'Usage',
      'Say which namespace the documents belong to: --into xyz.groundmist.library. An app syncs under it.',
    );
  }
  const dotted = into.replaceAll('/', '.');
  // A mistake is shown as it was typed.
  const namespace = isNamespace(dotted) ? dotted : parseNamespace(into);
  const source = await findSource(directory, values.dataDirectory);
  const isDry = options['dryRun'] === true;
  const tally = new ImportTally({ directory: source.base, namespace, isDry, terminal });
  const work: Work = { context, source, namespace, tally };
  if (isDry) await weigh(work, values.dataDirectory);
  else await bringIn(work, values);
  await tally.report(options['json'] === true ? 'json' : 'text');
}

interface Work {
  readonly context: CommandContext;
  readonly source: ImportSource;
  readonly namespace: Namespace;
  readonly tally: ImportTally;
}

/** What is said of a document whose files are damaged: a reader does not tell those that are not. */
const nothingWhole = { heads: undefined, chunks: [] };

/** Takes no lock and writes nothing. */
async function weigh(work: Work, dataDirectory: string): Promise<void> {
  const { terminal } = work.context;
  await using fence = openOwnFence(await openTalk(terminal));
  // What is not there yet holds nothing; a real import would make it.
  await using reader = existsSync(dataDirectory)
    ? await openReader(dataDirectory, { note: (sentence) => terminal.note(sentence) })
    : undefined;
  const isThere = (await reader?.namespaces())?.includes(work.namespace) === true;
  const held = (id: DocumentId): Promise<HeldDocument | undefined> =>
    reader && isThere ? heldByReader(reader, work.namespace, id) : Promise.resolve(undefined);
  await goThrough(work, undefined, { fence, held });
}

async function bringIn(
  work: Work,
  values: { readonly dataDirectory: string; readonly store: 'sqlite' | 'nodefs' },
): Promise<void> {
  await using taken = await takeDataDirectory({
    ...values,
    listen: '',
    command: 'import',
    clock: systemClock,
    log: await openTalk(work.context.terminal),
  });
  const store = await taken.stores.open(work.namespace);
  await goThrough(work, store, { fence: taken.fence, held: (id) => heldIn(store, id) });
}

async function goThrough(
  { context, source, tally }: Work,
  store: DocumentStore | undefined,
  merging: Pick<MergeOptions, 'fence' | 'held'>,
): Promise<void> {
  using progress = documentProgress(context.terminal);
  let done = 0;
  const read = (id: DocumentId): AsyncIterable<Uint8Array> => readStorage(source.base, id);
  await carryOut(source.ids, {
    store,
    signal: context.signal,
    async decide(id) {
      const step = await decideMerge(id, { ...merging, read });
      // What takes the time is done: a batch that is committed would move the bar only now and then.
      progress.show((done += 1), source.ids.length, 'documents');
      return step;
    },
    told: (step) => tally.add(step),
  });
}

async function heldByReader(
  reader: Reader,
  namespace: Namespace,
  id: DocumentId,
): Promise<HeldDocument | undefined> {
  const found = await reader.load(namespace, id).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'StoreDamaged') return nothingWhole;
    throw error;
  });
  if (found === undefined) return undefined;
  const chunks = found.chunks.filter((chunk) => whyNotChunks(chunk) === undefined);
  const isWhole = found !== nothingWhole && chunks.length === found.chunks.length;
  return { heads: found.heads, chunks, isWhole };
}

async function heldIn(store: DocumentStore, id: DocumentId): Promise<HeldDocument | undefined> {
  const found = await store.load(id);
  if (found === undefined) return undefined;
  const { heads, chunks, damaged, checkedThrough } = found;
  const checked = chunks.filter(({ sequence, hasInterior }) => hasInterior && sequence <= checkedThrough);
  const interiors = await Promise.all(checked.map(({ sequence }) => store.interior(id, sequence)));
  const opened = interiors.flatMap((hashes) => (hashes ? unpackHashes(hashes) : []));
  return { heads, chunks: chunks.map(({ bytes }) => bytes), isWhole: damaged.length === 0, opened };
}
