import { getLogger } from '@logtape/logtape';
import { controlTablesOf } from '../../control-tables.ts';
import { Failure } from '../../core/failure.ts';
import { createFence, type Fence } from '../../core/fence/fence.ts';
import { defaultFenceLimits } from '../../core/fence/limits.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
import { knownNamespaces } from '../../core/store/known-namespaces.ts';
import { openReader, type Reader } from '../../core/store/reader.ts';
import { resolveTarget, type Target } from '../../core/store/target.ts';
import { directoryFindings } from '../../core/verify/directory-findings.ts';
import { isDamaged } from '../../core/verify/document-report.ts';
import type { VerifyEvent } from '../../core/verify/event.ts';
import { verifyDocument, verifyNamespaces, type Verification } from '../../core/verify/verify.ts';
import type { CommandContext } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { ownCommand } from '../../platform/executable.ts';
import { startProgress, type Progress } from '../../platform/progress.ts';
import { coreSettings } from '../../settings.ts';
import { Tally } from './tally.ts';

export interface Looked {
  readonly tally: Tally;
  /** In the order they were found; documents that are whole left out. */
  readonly damage: readonly VerifyEvent[];
}

/** Looks at all that the target names, tells of damage as it is found, and writes nothing. */
export async function look(
  context: CommandContext,
  tell: (event: VerifyEvent) => Promise<void>,
): Promise<Looked> {
  const { terminal, configuration, signal, options } = context;
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  await using reader = await openReader(dataDirectory, {
    note: (sentence) => terminal.note(sentence),
    listNamespaces: knownNamespaces,
  });
  const chosen = typeof options['in'] === 'string' ? options['in'] : undefined;
  const target = await resolveTarget(reader, context.arguments['target'], chosen);
  await using opened = new AsyncDisposableStack();
  const fence = opened.adopt(ownFence(), (open) => open.close());
  using progress = startProgress({ terminal, elapsed: systemClock.elapsed, unit: 'bytes' });
  const totalBytes = terminal.draw ? await sizeOf(reader, target) : 0;
  const tally = new Tally();
  const damage: VerifyEvent[] = [];
  for await (const event of eventsOf(context, { reader, fence, signal }, target)) {
    tally.add(event);
    if (isDamage(event)) damage.push(event);
    if (isDamage(event) || event.kind === 'note') {
      progress[Symbol.dispose]();
      await tell(event);
    }
    showProgress(progress, tally, totalBytes, event);
  }
  return { tally, damage };
}

function ownFence(): Fence {
  const log = getLogger('groundmist');
  return createFence({ command: ownCommand(), limits: defaultFenceLimits, clock: systemClock, log });
}

function eventsOf(
  context: CommandContext,
  verification: Verification,
  target: Target,
): AsyncGenerator<VerifyEvent> {
  switch (target.kind) {
    case 'document':
      return verifyDocument(verification, target);
    case 'namespace':
      return verifyNamespaces(verification, [target.namespace]);
    case 'tree':
      return verifyTree(context, verification, target.namespaces);
    case 'type':
      throw new Failure(
        'Usage',
        `${target.type} is a type of documents: verify looks at namespaces, like ${target.namespaces[0] ?? ''}, and at single documents.`,
      );
  }
}

/** Where no prefix was named, with all that belongs to no namespace. */
async function* verifyTree(
  context: CommandContext,
  verification: Verification,
  namespaces: readonly Namespace[],
): AsyncGenerator<VerifyEvent> {
  if (context.arguments['target'] === undefined) {
    yield* directoryFindings({
      dataDirectory: verification.reader.dataDirectory,
      controlMigrations: controlTablesOf(context),
      signal: verification.signal,
    });
  }
  yield* verifyNamespaces(verification, namespaces);
}

function isDamage(event: VerifyEvent): boolean {
  if (event.kind === 'document') return isDamaged(event.report);
  return event.kind !== 'note';
}

function showProgress(progress: Progress, tally: Tally, totalBytes: number, event: VerifyEvent): void {
  if (event.kind === 'document') progress.show(tally.bytes, totalBytes, event.report.namespace);
}

/** Of what can be listed; the bar needs no more. */
async function sizeOf(reader: Reader, target: Target): Promise<number> {
  let sizeBytes = 0;
  for (const namespace of namespacesOf(target)) {
    const summary = await reader.summary(namespace).catch(() => undefined);
    sizeBytes += summary?.sizeBytes ?? 0;
  }
  return sizeBytes;
}

function namespacesOf(target: Target): readonly Namespace[] {
  switch (target.kind) {
    case 'tree':
    case 'type':
      return target.namespaces;
    case 'namespace':
      return [target.namespace];
    case 'document':
      return [];
  }
}
