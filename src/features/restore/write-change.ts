import { ask } from '../../ask-server.ts';
import type { BroughtBack } from '../../core/content/bring-back.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
import type { DocumentId } from '../../core/store/document-id.ts';
import type { Heads } from '../../core/store/document-store.ts';
import { findLockHolder } from '../../core/store/lock.ts';
import { sameHeads } from '../../core/store/heads.ts';
import { takeDataDirectory } from '../../core/taken-directory.ts';
import type { CommandContext } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { openLog } from '../../platform/log.ts';
import { coreSettings } from '../../settings.ts';
import { written } from './controls.ts';

export interface ChangeToWrite {
  readonly namespace: Namespace;
  readonly id: DocumentId;
  readonly back: BroughtBack;
  /** Those the change was made on. */
  readonly heads: Heads;
}

/**
 * Writes the change: through the running server, whose peers get it at once, or into the data directory where none runs.
 * Gives the document's heads afterwards, undefined where it was changed since the change was made, and nothing is written;
 * `Busy` where another command writes there.
 */
export async function writeChange(
  context: CommandContext,
  change: ChangeToWrite,
): Promise<Heads | undefined> {
  const { dataDirectory } = context.configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const holder = findLockHolder(dataDirectory);
  if (holder !== undefined && holder.command === undefined) return writeThroughServer(context, change);
  return writeAlone(context, dataDirectory, change);
}

async function writeThroughServer(
  context: CommandContext,
  { namespace, id, back, heads: on }: ChangeToWrite,
): Promise<Heads | undefined> {
  const body = { namespace, document: id, change: back.change.toBase64(), on };
  const { heads } = await ask(context, { method: 'POST', path: '/documents/write', body }, written);
  return heads ?? undefined;
}

async function writeAlone(
  { configuration, terminal }: CommandContext,
  dataDirectory: string,
  { namespace, id, back, heads }: ChangeToWrite,
): Promise<Heads | undefined> {
  const { store: backend } = configuration.read({ store: coreSettings.store });
  const log = await openLog({ form: 'text', level: 'warning', write: terminal.log });
  await using taken = await takeDataDirectory({
    dataDirectory,
    store: backend,
    listen: '',
    command: 'restore',
    clock: systemClock,
    log,
  });
  const store = await taken.stores.open(namespace);
  const stored = await store.facts(id);
  if (!stored || !sameHeads(stored.heads, heads)) return undefined;
  await store.append(id, { chunks: [back.change], heads: [back.hash] });
  return [back.hash];
}
