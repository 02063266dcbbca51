import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Fence } from '../../core/fence/fence.ts';
import { namespaceFolders, type Namespace } from '../../core/lexicon/namespace.ts';
import { errorCode } from '../../core/store/error-code.ts';
import { openReader, type Reader } from '../../core/store/reader.ts';
import { toStoreFailure } from '../../core/store/store-failure.ts';
import { resolveTarget, type Target } from '../../core/store/target.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';
import { countUnder, documentsUnder, type LeavingDocument } from './export-documents.ts';
import { jsonFile } from './export-json.ts';
import { isExported, nodefsFile, snapshotOf } from './export-nodefs.ts';
import { findPlace, makePlace } from './export-place.ts';
import { ExportTally, type ExportFormat, type Subject } from './export-tally.ts';
import { PlacedFiles, type StagedFile } from './placed-files.ts';
import { documentProgress, openOwnFence, openTalk } from './workbench.ts';

/** `groundmist export <directory> [target]`: reads as inspect does, beside a server or without one. */
export const run: RunCommand = async (context) => {
  const { arguments: given, options, terminal, configuration } = context;
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const format = formatOf(options['format']);
  const isDry = options['dryRun'] === true;
  await using reader = await openReader(dataDirectory, { note: (sentence) => terminal.note(sentence) });
  const chosen = typeof options['in'] === 'string' ? options['in'] : undefined;
  const target = await resolveTarget(reader, given['target'], chosen);
  const directory = await findPlace(given['directory'] ?? '', dataDirectory);
  const tally = new ExportTally({ directory, format, isDry, terminal });
  await exportAll({ context, reader, target, directory, format, tally }, isDry ? 'look' : 'write');
  await tally.report(options['json'] === true ? 'json' : 'text');
};

interface Export {
  readonly context: CommandContext;
  readonly reader: Reader;
  readonly target: Target;
  readonly directory: string;
  readonly format: ExportFormat;
  readonly tally: ExportTally;
}

async function exportAll(work: Export, way: 'look' | 'write'): Promise<void> {
  const { directory, tally } = work;
  if (way === 'look') {
    await forEachFile(work, async () => tally.exported());
    return;
  }
  makePlace(directory);
  try {
    await using files = await PlacedFiles.in(directory);
    try {
      await forEachFile(work, async (file) => {
        await files.add(file);
        tally.exported();
      });
    } finally {
      // Also when it ends early: what is ready need not be made again.
      await files.flush();
    }
  } catch (error) {
    // What the file system said; all else is no matter of the folder.
    throw errorCode(error) === undefined ? error : toStoreFailure(error, directory);
  }
}

/** Each document that is not in the folder yet, as the file that it becomes. */
async function forEachFile(work: Export, use: (file: StagedFile) => Promise<void>): Promise<void> {
  const { context, reader, target, tally } = work;
  const { terminal, signal } = context;
  await using fence = openOwnFence(await openTalk(terminal));
  const total = await countUnder(target, reader);
  using progress = documentProgress(terminal);
  const toFile = work.format === 'json' ? jsonMaker(work) : nodefsMaker(work, fence);
  let done = 0;
  for await (const document of documentsUnder(target, { reader, signal, tally })) {
    const file = await toFile(document);
    if (file === 'there') tally.unchanged();
    else if (file !== 'unreadable') await use(file);
    done += 1;
    progress.show(done, total, document.namespace);
  }
}

type FileMaker = (document: LeavingDocument) => Promise<StagedFile | 'there' | 'unreadable'>;

function jsonMaker({ directory, tally }: Export): FileMaker {
  const taken = new Set<string>();
  return async (document) => {
    const content = await tally.guard(subjectOf(document), () => document.content());
    if (content === undefined) return 'unreadable';
    return (await jsonFile(document, content, { directory, taken })) ?? 'there';
  };
}

function nodefsMaker({ directory, target, tally }: Export, fence: Fence): FileMaker {
  return async (document) => {
    const base = baseOf(directory, target, document.namespace);
    if (await isExported(document, base)) return 'there';
    const snapshot = await tally.guard(subjectOf(document), () => snapshotOf(document, fence));
    if (snapshot === undefined) return 'unreadable';
    return (await nodefsFile(snapshot, base, fence)) ?? 'there';
  };
}

function subjectOf({ namespace, facts: { id } }: LeavingDocument): Subject {
  return { namespace, id };
}

/** A storage folder holds one namespace: it is the folder itself where no other can be meant. */
function baseOf(directory: string, target: Target, namespace: Namespace): string {
  const isOne = target.kind === 'namespace' || target.kind === 'document';
  return isOne ? directory : join(directory, ...namespaceFolders(namespace));
}

function formatOf(wanted: string | boolean | undefined): ExportFormat {
  if (wanted === undefined || wanted === 'nodefs') return 'nodefs';
  if (wanted === 'json') return 'json';
  throw new Failure('Usage', '--format is nodefs, the files of automerge-repo, or json.');
}
