import type { Database } from 'bun:sqlite';
import type { Clock } from '../platform/clock.ts';
import { Access } from './access/approvals.ts';
import { Sessions } from './auth/session.ts';
import type { RandomBytes } from './auth/short-id.ts';
import { Withdrawals } from './auth/withdrawals.ts';
import { EventBus } from './events.ts';
import { withdrawalsPath } from './store/layout.ts';
import { ReservedFile } from './store/reserved-file.ts';
import { toStoreFailure } from './store/store-failure.ts';

/** Room for some five hundred devices that are revoked before the disk has room again. */
const withdrawalsBytes = 64 * 1024;

export interface GateOptions {
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

export interface Gate {
  readonly events: EventBus;
  readonly sessions: Sessions;
  readonly access: Access;
}

/** Who is known and who may; what was taken back is read before anybody is let in. */
export function openGate(
  opened: AsyncDisposableStack,
  database: Database,
  { dataDirectory, clock, randomBytes }: GateOptions,
): Gate {
  const withdrawals = openWithdrawals(dataDirectory);
  const events = new EventBus();
  const sessions = new Sessions({ database, clock, randomBytes, withdrawals });
  opened.defer(() => sessions.close());
  const access = new Access({ database, sessions, clock, events, randomBytes });
  opened.defer(() => access.close());
  return { events, sessions, access };
}

function openWithdrawals(dataDirectory: string): Withdrawals {
  const path = withdrawalsPath(dataDirectory);
  try {
    return new Withdrawals(new ReservedFile(path, withdrawalsBytes));
  } catch (error) {
    throw toStoreFailure(error, path);
  }
}
