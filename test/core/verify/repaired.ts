import { getLogger } from '@logtape/logtape';
import { findNamespaces } from '../../../src/core/store/find-namespaces.ts';
import type { StoreBackend } from '../../../src/core/store/stores.ts';
import { isDamaged } from '../../../src/core/verify/document-report.ts';
import type { VerifyEvent } from '../../../src/core/verify/event.ts';
import { planRepair } from '../../../src/core/verify/repair-plan.ts';
import { repair, type RepairEvent } from '../../../src/core/verify/repair.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { everything } from './first-damage.ts';

/** All that is wrong with a data directory. */
export async function allDamage(dataDirectory: string): Promise<readonly VerifyEvent[]> {
  const damage: VerifyEvent[] = [];
  for await (const event of everything(dataDirectory)) {
    if (event.kind === 'document' ? isDamaged(event.report) : event.kind !== 'note') damage.push(event);
  }
  return damage;
}

/** Repairs what is wrong with a data directory, and says what was done. */
export async function repairAll(
  dataDirectory: string,
  store: StoreBackend = 'sqlite',
): Promise<readonly RepairEvent[]> {
  const damage = await allDamage(dataDirectory);
  const plan = await planRepair(dataDirectory, damage, await findNamespaces(dataDirectory));
  const options = { clock: systemClock, log: getLogger('groundmist-test'), isEverything: true };
  const { signal } = new AbortController();
  return Array.fromAsync(repair({ dataDirectory, store, ...options, signal }, plan));
}
