import { z } from 'zod';
import { isEnabled, type InstalledUnit } from '../../core/service/installed-unit.ts';
import type { Machine } from './machine.ts';
import { logCommand, type Systemd, type UnitProperties } from './systemd.ts';
import { unitAuthorship } from './unit.ts';

/** What `service show --json` prints: a stable shape. */
export const serviceState = z.object({
  unit: z.string(),
  scope: z.enum(['user', 'system']),
  /** `restarting`: it ended by itself, and is started again in a moment. `unknown`: systemd does not answer. */
  state: z.enum(['running', 'starting', 'stopping', 'restarting', 'stopped', 'failed', 'unknown']),
  /** Since when; ISO 8601 in UTC, null where it never was in another. */
  since: z.string().nullable(),
  /** Why it ended, in systemd's word, where it failed. */
  result: z.string().nullable(),
  pid: z.number().nullable(),
  /** What the server says of itself. */
  says: z.string().nullable(),
  /** Whether it starts with the machine; of a person's service, only where `isLingering` is true too. */
  isEnabled: z.boolean(),
  isLingering: z.boolean().nullable(),
  isChangedByHand: z.boolean(),
  dropIns: z.array(z.string()),
  memoryBytes: z.number().nullable(),
  /** How often it was started again by itself since it was last started by somebody. */
  restarts: z.number(),
  /** What shows its log. */
  logs: z.string(),
});

export type ServiceState = z.output<typeof serviceState>;

const asked = [
  'ActiveState',
  'SubState',
  'StateChangeTimestamp',
  'Result',
  'MainPID',
  'StatusText',
  'MemoryCurrent',
  'NRestarts',
] as const;

export async function readServiceState(
  unit: InstalledUnit,
  machine: Machine,
  systemd: Systemd,
): Promise<ServiceState> {
  const shown = await systemd.show(...asked);
  const state = stateOf(shown);
  const pid = numberOf(shown['MainPID']) || null;
  return {
    unit: unit.path,
    scope: unit.scope,
    state,
    since: timeOf(shown['StateChangeTimestamp']),
    result: state === 'failed' || state === 'restarting' ? (shown['Result'] ?? null) : null,
    pid,
    // systemd keeps the word of one that has ended.
    says: pid === null ? null : shown['StatusText'] || null,
    isEnabled: isEnabled(unit),
    isLingering: unit.scope === 'user' ? machine.isLingering() : null,
    isChangedByHand: unitAuthorship(unit.text) !== 'ours',
    dropIns: [...unit.dropIns],
    memoryBytes: numberOf(shown['MemoryCurrent']),
    restarts: numberOf(shown['NRestarts']) ?? 0,
    logs: logCommand(unit.scope),
  };
}

function stateOf({ ActiveState: active = '', SubState: sub }: UnitProperties): ServiceState['state'] {
  switch (active) {
    case 'active':
      return 'running';
    case 'activating':
      return sub === 'auto-restart' ? 'restarting' : 'starting';
    case 'deactivating':
      return 'stopping';
    case 'inactive':
      return 'stopped';
    case 'failed':
      return 'failed';
    default:
      return 'unknown';
  }
}

/** `Sat 2025-11-29 01:00:52 UTC`, as systemd writes it where the zone is UTC. */
function timeOf(text = ''): string | null {
  const [, date, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return date === undefined ? null : `${date}T${time}.000Z`;
}

/** What systemd does not count it calls `[not set]`, or gives as the largest number that there is. */
function numberOf(text = ''): number | null {
  const number = /^\d+$/.test(text) ? Number(text) : undefined;
  return number !== undefined && Number.isSafeInteger(number) ? number : null;
}
