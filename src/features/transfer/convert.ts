import { Failure } from '../../core/failure.ts';
import { convertNamespace, type Converted } from '../../core/store/conversion/convert.ts';
import { pendingConversions } from '../../core/store/conversion/pending.ts';
import { Disk } from '../../core/store/disk.ts';
import { openReader } from '../../core/store/reader.ts';
import { StoresFile } from '../../core/store/stores-file.ts';
import type { StoreBackend } from '../../core/store/stores.ts';
import { holdDataDirectory } from '../../core/taken-directory.ts';
import type { CommandContext } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { coreSettings } from '../../settings.ts';
import { describeConversions, conversionsJson, type Conversions } from './conversions.ts';
import { documentProgress, openTalk } from './workbench.ts';

interface Values {
  readonly dataDirectory: string;
  readonly store: StoreBackend;
}

/** `groundmist import` without a folder: every namespace moves to the store that GROUNDMIST_STORE names. */
export async function convertStores(context: CommandContext): Promise<void> {
  const { options, configuration, terminal } = context;
  const { dataDirectory, store } = coreSettings;
  if (options['into'] !== undefined) {
    throw new Failure(
      'Usage',
      'Name the folder whose documents --into is for: groundmist import <directory>.',
    );
  }
  const values = configuration.read({ dataDirectory, store });
  const foreseen = await foresee(values);
  const conversions = options['dryRun'] === true ? foreseen : await convertAll(context, values, foreseen);
  await terminal.result(
    options['json'] === true ? conversionsJson(conversions) : describeConversions(conversions),
  );
  if (conversions.damaged.length > 0) throw notAll(conversions);
}

/** Takes no lock and writes nothing; a data directory that is not there is not made for this. */
async function foresee({ dataDirectory, store }: Values): Promise<Conversions> {
  await using reader = await openReader(dataDirectory);
  const converted: Converted[] = [];
  for (const { namespace, from, step } of pendingConversions(new StoresFile(dataDirectory), store)) {
    if (step === 'clear') continue;
    const { documentCount } = await reader.summary(namespace);
    converted.push({ namespace, from, documentCount, keptIn: [] });
  }
  return { store, isDry: true, converted, damaged: [] };
}

async function convertAll(
  { terminal, signal }: CommandContext,
  { dataDirectory, store }: Values,
  foreseen: Conversions,
): Promise<Conversions> {
  const [clock, log] = [systemClock, await openTalk(terminal)];
  await using held = await holdDataDirectory({ dataDirectory, listen: '', command: 'import', clock, log });
  const file = new StoresFile(dataDirectory);
  const ground = { dataDirectory, clock, disk: Disk.of(dataDirectory), fence: held.fence, file };
  const converted: Converted[] = [];
  const damaged: Failed[] = [];
  using progress = documentProgress(terminal);
  for (const pending of pendingConversions(file, store)) {
    signal.throwIfAborted();
    const { namespace } = pending;
    const total = foreseen.converted.find((one) => one.namespace === namespace)?.documentCount ?? 0;
    let done = 0;
    const told = (count: number): void => progress.show((done += count), total, namespace);
    try {
      converted.push(await convertNamespace(pending, { ...ground, to: store, signal, told }));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'StoreDamaged') throw error;
      damaged.push({ namespace, error: error.message });
      terminal.problem(`${namespace}: ${error.message}`);
    }
  }
  return { store, isDry: false, converted, damaged };
}

type Failed = Conversions['damaged'][number];

function notAll({ damaged, store }: Conversions): Failure {
  const which = damaged.map(({ namespace }) => namespace).join(', ');
  return new Failure(
    'StoreDamaged',
    `${which} stayed as it was, for what is damaged would be lost on the way to ${store}. Set GROUNDMIST_STORE back and let a device that has the document bring it, or bring it back from a backup; then run this again.`,
  );
}
