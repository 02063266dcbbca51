import { bringBack, type BroughtBack } from '../../core/content/bring-back.ts';
import { findDifferences } from '../../core/content/differences.ts';
import { readHistory } from '../../core/content/history.ts';
import { parseMoment, resolveMoment } from '../../core/content/moment.ts';
import { openDocument } from '../../core/content/opened-document.ts';
import { Failure } from '../../core/failure.ts';
import { openReader } from '../../core/store/reader.ts';
import { resolveTarget } from '../../core/store/target.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { requiredArgument } from '../../required-argument.ts';
import { coreSettings } from '../../settings.ts';
import { tell, type Restoration } from './tell.ts';
import { writeChange } from './write-change.ts';

const millisecondsPerSecond = 1000;

/** `groundmist restore <document> --at <moment>`: an earlier state as a new change. */
export const run: RunCommand = async (context) => {
  const { options, signal } = context;
  const now = systemClock.now();
  const named = parseMoment(wantedMoment(context), now);
  const { namespace, id, stored } = await findDocument(context);
  using opened = await openDocument(stored);
  const { heads: moment } = resolveMoment(readHistory(opened), named);
  const { differences } = findDifferences(opened, opened.heads, moment);
  const found = { namespace, id, moment, before: opened.heads, differences };
  if (options['dryRun'] === true) return tell(context, { ...found, kind: 'not written' });
  signal.throwIfAborted();
  const back = opened.ask(({ automerge, document }) =>
    bringBack(automerge, document, {
      moment,
      time: Math.floor(now / millisecondsPerSecond),
      message: `Restored to ${moment.join(', ')}`,
    }),
  );
  signal.throwIfAborted();
  await tell(context, await write(context, found, back));
};

async function write(
  context: CommandContext,
  found: Omit<Restoration, 'kind'>,
  back: BroughtBack | undefined,
): Promise<Restoration> {
  if (back === undefined) return { ...found, kind: 'as it was' };
  const { namespace, id, before } = found;
  const heads = await writeChange(context, { namespace, id, back, heads: before });
  return { ...found, kind: 'written', change: back.hash, after: heads };
}

function wantedMoment({ options }: CommandContext): string {
  if (typeof options['at'] === 'string') return options['at'];
  throw new Failure(
    'Usage',
    'Say which state to bring back with --at: heads or a time. `groundmist inspect <document> --history` shows what there was.',
  );
}

async function findDocument(context: CommandContext) {
  const { options, terminal, configuration } = context;
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  await using reader = await openReader(dataDirectory, { note: (sentence) => terminal.note(sentence) });
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
