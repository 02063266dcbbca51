import { bringBack, type BroughtBack } from '../../core/content/bring-back.ts';
import { findDifferences } from '../../core/content/differences.ts';
import { readHistory } from '../../core/content/history.ts';
import { parseMoment, resolveMoment, type NamedMoment } from '../../core/content/moment.ts';
import { openDocument } from '../../core/content/opened-document.ts';
import { Failure } from '../../core/failure.ts';
import type { Heads } from '../../core/store/document-store.ts';
import { openReader, type Reader } from '../../core/store/reader.ts';
import { resolveTarget } from '../../core/store/target.ts';
import { defaultSyncLimits } from '../../core/sync/limits.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { takeTurn } from '../../platform/turn.ts';
import { requiredArgument } from '../../required-argument.ts';
import { coreSettings } from '../../settings.ts';
import { tell, type Restoration } from './tell.ts';
import { writeChange } from './write-change.ts';

const millisecondsPerSecond = 1000;
/** The change is made on what the document is; while devices edit it that changes under our hands. */
const mostAttempts = 3;
const shortHash = 10;

/** `groundmist restore <document> --at <moment>`: an earlier state as a new change. */
export const run: RunCommand = async (context) => {
  const { configuration, terminal } = context;
  const named = parseMoment(wantedMoment(context), systemClock.now());
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  await using reader = await openReader(dataDirectory, { note: (sentence) => terminal.note(sentence) });
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const restoration = await restore(context, reader, named);
    if (restoration) return tell(context, restoration);
  }
  throw new Failure(
    'Busy',
    'The document is edited without a pause, so that its state could not be brought back; nothing was written. Try again when the devices rest.',
  );
};

/** Undefined where the document was changed while its change was made. */
async function restore(
  context: CommandContext,
  reader: Reader,
  named: NamedMoment,
): Promise<Restoration | undefined> {
  const { signal } = context;
  const { namespace, id, stored } = await findDocument(context, reader);
  // Automerge is not interrupted: a signal is heard between its steps.
  await takeTurn(signal);
  using opened = await openDocument(stored);
  const history = readHistory(opened);
  const { heads: moment } = resolveMoment(history, named);
  await takeTurn(signal);
  const { differences } = findDifferences(opened, opened.heads, moment);
  const found = { namespace, id, moment, before: opened.heads, differences };
  await takeTurn(signal);
  const written = history.changes.reduce((sum, { operationCount }) => sum + operationCount, 0);
  const back = opened.ask(({ automerge, document }) =>
    bringBack(automerge, document, {
      moment,
      time: Math.floor(systemClock.now() / millisecondsPerSecond),
      message: `Restored to ${shortly(moment)}`,
      mostWritten: defaultSyncLimits.operationsPerDocument - written,
    }),
  );
  await takeTurn(signal);
  if (context.options['dryRun'] === true) return { ...found, kind: back ? 'not written' : 'as it was' };
  return write(context, found, back);
}

async function write(
  context: CommandContext,
  found: Omit<Restoration, 'kind'>,
  back: BroughtBack | undefined,
): Promise<Restoration | undefined> {
  if (back === undefined) return { ...found, kind: 'as it was' };
  const { namespace, id, before } = found;
  const heads = await writeChange(context, { namespace, id, back, heads: before });
  return heads && { ...found, kind: 'written', change: back.hash, after: heads };
}

function wantedMoment({ options }: CommandContext): string {
  if (typeof options['at'] === 'string') return options['at'];
  throw new Failure(
    'Usage',
    'Say which state to bring back with --at: heads or a time. `groundmist inspect <document> --history` shows what there was.',
  );
}

async function findDocument(context: CommandContext, reader: Reader) {
  const { options } = context;
  const chosen = typeof options['in'] === 'string' ? options['in'] : undefined;
  const target = await resolveTarget(reader, requiredArgument(context, 'document'), chosen);
  if (target.kind !== 'document') {
    throw new Failure('Usage', 'Only a document can be restored: name it by its id or automerge: URL.');
  }
  const { namespace, id } = target;
  const stored = await reader.load(namespace, id);
  if (stored === undefined) throw new Failure('NotFound', `${id} is no longer in ${namespace}.`);
  return { namespace, id, stored };
}

/** It stays in the document for ever. */
function shortly([first = '', ...others]: Heads): string {
  return `${first.slice(0, shortHash)}${others.length > 0 ? ` and ${others.length} more heads` : ''}`;
}
