import { Failure } from '../../core/failure.ts';
import { readInstalledUnit, type InstalledUnit } from '../../core/service/installed-unit.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { escapeLines, printableJsonLines } from '../../platform/escape.ts';
import { formatBytes } from '../../platform/format.ts';
import { systemMachine, type Machine } from './machine.ts';
import { readServiceState, type ServiceState } from './service-state.ts';
import { Systemd } from './systemd.ts';

export const run: RunCommand = (context) => show(context, systemMachine(context));

export async function show(context: CommandContext, machine: Machine): Promise<void> {
  const { options, terminal, signal } = context;
  const unit = findService(machine, options['system'] === true);
  if (unit === undefined) {
    throw new Failure(
      'ServiceFailed',
      'No service of groundmist is installed. `groundmist service install` makes one.',
    );
  }
  const state = await readServiceState(unit, machine, new Systemd(machine, unit.scope, signal));
  await terminal.result(options['json'] === true ? printableJsonLines(state) : describeState(state));
}

/** The person's own first, unless that of the machine is asked for. */
function findService(machine: Machine, isSystem: boolean): InstalledUnit | undefined {
  const scopes = isSystem || machine.isRoot ? (['system'] as const) : (['user', 'system'] as const);
  return scopes
    .map((scope) => readInstalledUnit(scope, machine.unitFolder(scope)))
    .find((unit) => unit !== undefined);
}

export function describeState(state: ServiceState): string {
  const { unit, since, pid, says, memoryBytes, restarts, dropIns, logs } = state;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Unit', `${unit}${state.isChangedByHand ? ' (changed by hand)' : ''}`],
    ['Changes', dropIns.length === 0 ? undefined : dropIns.join(', ')],
    ['State', `${stateWords(state)}${since === null ? '' : `, since ${since.replace(/\.\d+Z$/, 'Z')}`}`],
    ['Says', says ?? undefined],
    ['Process', pid === null ? undefined : String(pid)],
    ['Memory', memoryBytes === null ? undefined : formatBytes(memoryBytes)],
    ['Restarts', restarts === 0 ? undefined : `${restarts}, each after it ended by itself`],
    ['Boot', describeBoot(state)],
    ['Log', logs],
  ];
  const lines = rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(9)} ${value}`]));
  const next = nextStep(state);
  return escapeLines([...lines, ...(next === undefined ? [] : ['', next])].join('\n'));
}

function stateWords({ state, result }: ServiceState): string {
  const why = result === null ? '' : ` (${result})`;
  switch (state) {
    case 'running':
    case 'starting':
    case 'stopping':
    case 'stopped':
      return state;
    case 'restarting':
      return `ended by itself${why}, and is started again in a moment`;
    case 'failed':
      return `failed${why}`;
    case 'unknown':
      return 'not known: this systemd does not answer';
  }
}

function describeBoot({ isEnabled, isLingering }: ServiceState): string {
  if (!isEnabled) return 'does not start with the machine';
  return isLingering === false ? 'starts only when its owner logs in' : 'starts with the machine';
}

function nextStep({ scope, state, isEnabled, isLingering }: ServiceState): string | undefined {
  const [sudo, own] = scope === 'system' ? ['sudo ', ' --system'] : ['', ''];
  const mends = state === 'failed' || state === 'stopped' || !isEnabled || isLingering === false;
  if (!mends) return undefined;
  return `To start it, now and with the machine: ${sudo}groundmist service install${own}`;
}
