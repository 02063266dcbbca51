import { getLogger } from '@logtape/logtape';
import { relative, resolve } from 'node:path';
import { isLocked, lockDataDirectory } from '../../core/store/lock.ts';
import { findNamespaces } from '../../core/store/find-namespaces.ts';
import { planRepair, type RepairPlan } from '../../core/verify/repair-plan.ts';
import { repair, type RepairEvent } from '../../core/verify/repair.ts';
import { documentUrl } from '../../core/store/document-id.ts';
import type { CommandContext } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { count } from '../../platform/format.ts';
import { coreSettings } from '../../settings.ts';
import { lossJson } from './report-json.ts';
import { lossText } from './report-text.ts';
import type { Looked } from './look.ts';

/** `Busy`, with who it is, before anything else is done: only one may write. */
export function refuseWhereHeld(context: CommandContext): void {
  const { dataDirectory } = settingsOf(context);
  if (!isLocked(dataDirectory)) return;
  const startedAt = systemClock.now();
  lockDataDirectory(dataDirectory, {
    pid: process.pid,
    startedAt,
    listen: '',
    command: 'verify --repair',
  }).release();
}

export function planFor(context: CommandContext, { damage }: Looked): Promise<RepairPlan> {
  const { dataDirectory } = settingsOf(context);
  return findNamespaces(dataDirectory).then((namespaces) => planRepair(dataDirectory, damage, namespaces));
}

/** Does what is planned. */
export function mend(context: CommandContext, plan: RepairPlan): AsyncGenerator<RepairEvent> {
  const { dataDirectory, store } = settingsOf(context);
  const options = {
    dataDirectory,
    store,
    isEverything: context.arguments['target'] === undefined,
    clock: systemClock,
    log: getLogger('groundmist'),
    signal: context.signal,
  };
  return repair(options, plan);
}

/** One line of JSON for what was done. */
export function mendedJson(event: RepairEvent, dataDirectory: string): object {
  switch (event.kind) {
    case 'document': {
      const { namespace, id, quarantined, report, problem } = event.repaired;
      const told = { kind: 'repaired', namespace, id, quarantined, problem: problem ?? null };
      return { ...told, ...lossJson(report) };
    }
    case 'database': {
      const { namespace, rebuilt } = event;
      const { documents, chunks } = rebuilt;
      return { kind: 'rebuilt', namespace, documents, chunks, kept: relative(dataDirectory, rebuilt.kept) };
    }
    case 'set aside': {
      const { namespace, aside } = event;
      const { changes, kept } = aside;
      return { kind: 'setAside', namespace, changes, kept: relative(dataDirectory, kept) };
    }
    case 'file':
      return { kind: event.change === 'renamed' ? 'renamed' : 'replaced', file: event.path };
  }
}

export function mendedText(event: RepairEvent, dataDirectory: string): string {
  switch (event.kind) {
    case 'document': {
      const { namespace, id, quarantined, report, problem } = event.repaired;
      const rest = problem === undefined ? 'what is left is sound' : `it is still damaged: ${problem}`;
      const aside = quarantined > 0 ? `${count(quarantined, 'chunk')} in quarantine now` : 'recorded anew';
      const head = `${namespace} ${documentUrl(id)}: ${aside}; ${rest}.`;
      return [head, ...lossText(report)].join('\n');
    }
    case 'database': {
      const { namespace, rebuilt } = event;
      const made = `made anew with ${count(rebuilt.documents, 'document')} and ${count(rebuilt.chunks, 'chunk')}`;
      return `${namespace}: ${made}; the old database is kept as ${relative(dataDirectory, rebuilt.kept)}.`;
    }
    case 'set aside': {
      const { namespace, aside } = event;
      const rescued = `${count(aside.changes, 'change')} of its tail, each a file,`;
      return `${namespace}: not one document can be read out of its database, so none was made anew; it is kept with ${rescued} as ${relative(dataDirectory, aside.kept)}.`;
    }
    case 'file':
      return event.change === 'renamed'
        ? `${event.path}: what changed in quarantine has this name now.`
        : `${event.path}: made anew; the old one is in quarantine.`;
  }
}

export function planJson({ rebuild, documents, mustReplaceStoresFile }: RepairPlan): object {
  const planned = documents.map(({ namespace, id, quarantined }) => ({ namespace, id, quarantined }));
  return { kind: 'plan', rebuild, documents: planned, replacesStoresFile: mustReplaceStoresFile };
}

export function planText({ rebuild, documents, mustReplaceStoresFile }: RepairPlan): string {
  const lines = [
    ...(mustReplaceStoresFile ? ['stores.json would be made anew of what lies on disk'] : []),
    ...rebuild.map(
      (namespace) =>
        `the database of ${namespace} would be made anew of what can be read of it, or set aside where that is nothing`,
    ),
    ...documents.map(
      ({ namespace, id, quarantined }) =>
        `${namespace} ${documentUrl(id)}: ${count(quarantined, 'chunk')} would go to quarantine`,
    ),
  ];
  return lines.length === 0 ? 'Nothing would be repaired.' : lines.join('\n');
}

function settingsOf({ configuration }: CommandContext) {
  const { dataDirectory, store } = configuration.read({
    dataDirectory: coreSettings.dataDirectory,
    store: coreSettings.store,
  });
  return { dataDirectory: resolve(dataDirectory), store };
}
