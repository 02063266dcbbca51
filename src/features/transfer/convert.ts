import { Failure } from '../../core/failure.ts';
import { convertNamespaces, type Converted } from '../../core/store/conversion/convert-all.ts';
import { pendingConversions } from '../../core/store/conversion/pending.ts';
import { Disk } from '../../core/store/disk.ts';
import { livesInStockLayout } from '../../core/store/open-namespace.ts';
import { openReader } from '../../core/store/reader.ts';
import { StoresFile } from '../../core/store/stores-file.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
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
  const file = new StoresFile(dataDirectory);
  const converted: Converted[] = [];
  for (const { namespace, from, step } of pendingConversions(file, store)) {
    if (step === 'clear') continue;
    const { documentCount } = await reader.summary(namespace);
    converted.push({ namespace, from, documentCount, keptIn: [] });
  }
  const stock: Namespace[] = [];
  for (const namespace of await reader.namespaces()) {
    if (file.get(namespace) === undefined && (await livesInStockLayout(dataDirectory, namespace)))
      stock.push(namespace);
  }
  return { store, isDry: true, converted, damaged: [], stock, isSplit: false };
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
  using progress = documentProgress(terminal);
  const done = new Map<Namespace, number>();
  const told = (count: number, namespace: Namespace): void => {
    const now = (done.get(namespace) ?? 0) + count;
    done.set(namespace, now);
    const total = foreseen.converted.find((one) => one.namespace === namespace)?.documentCount ?? 0;
    progress.show(now, total, namespace);
  };
  const all = await convertNamespaces(pendingConversions(file, store), {
    ...ground,
    to: store,
    signal,
    told,
  });
  for (const { namespace, error } of all.damaged) terminal.problem(`${namespace}: ${error}`);
  return { store, isDry: false, ...all, stock: foreseen.stock, isSplit: holdsBoth(file) };
}

/** Whether a run that was killed has left some namespaces on either side. */
function holdsBoth(file: StoresFile): boolean {
  return new Set([...file.entries()].map(([, { backend }]) => backend)).size > 1;
}

/** With a server that neither setting starts, `verify --repair` cannot begin either: then the way leads back first. */
function notAll({ damaged, store, isSplit }: Conversions): Failure {
  const which = damaged.map(({ namespace }) => namespace).join(', ');
  const before = `GROUNDMIST_STORE=${damaged[0]?.from ?? ''} groundmist`;
  const first = isSplit
    ? `Run \`${before} import\`, which moves back what an earlier run has moved, and then \`${before} verify --repair\``
    : `Run \`${before} verify --repair\``;
  return new Failure(
    'StoreDamaged',
    `Nothing was moved, for what is damaged in ${which} would be lost on the way to ${store}. ${first}, which puts aside what is damaged; then run this again.`,
  );
}
