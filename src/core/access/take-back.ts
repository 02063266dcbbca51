import type { Database } from 'bun:sqlite';
import type { Clock } from '../../platform/clock.ts';
import type { Audit } from '../auth/audit.ts';
import type { Devices } from '../auth/device.ts';
import type { Sessions } from '../auth/session.ts';
import type { Withdrawal } from '../auth/withdrawals.ts';
import { Failure } from '../failure.ts';
import { writeControl } from '../store/control-database.ts';
import { approvalLifeMs, type ApprovalTable } from './approval-table.ts';
import type { RememberedApps } from './remembered-apps.ts';

const retryMs = 30_000;

export interface TakeBackOptions {
  readonly database: Database;
  readonly approvals: ApprovalTable;
  readonly devices: Devices;
  readonly rememberedApps: RememberedApps;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly clock: Clock;
}

/**
 * Carries out what the owner takes back: at once and in one transaction, or, where the control database cannot be
 * written, out of the reserved file as soon as it can.
 */
export class TakeBack {
  readonly #options: TakeBackOptions;
  #cancelRetry = () => {};

  /** Begins with what an earlier run could not write. */
  constructor(options: TakeBackOptions) {
    this.#options = options;
    this.#retry();
  }

  /** All of it holds when this returns, now and after a restart. `StoreUnavailable` where it holds only while we run. */
  now(withdrawals: readonly Withdrawal[]): void {
    const pending = this.#options.sessions.withdrawals;
    pending.add(withdrawals);
    try {
      this.settle();
    } catch (error) {
      this.#retryLater(error);
      pending.keep(error);
      // What nobody foresaw is still told and logged, though nothing is lost by it.
      if (!(error instanceof Failure)) throw error;
    }
  }

  /** Writes into the database what waits for it. Whoever gives something does this first, for it must not be taken back later. */
  settle(): void {
    const { database, sessions } = this.#options;
    const { entries } = sessions.withdrawals;
    if (entries.length === 0) return;
    writeControl(database, () => {
      for (const withdrawal of entries) this.#carryOut(withdrawal);
    });
    sessions.withdrawals.clear();
  }

  close(): void {
    this.#cancelRetry();
  }

  #retry(): void {
    try {
      this.settle();
    } catch (error) {
      this.#retryLater(error);
    }
  }

  /** It holds all the same; what stands in the way is said in the readiness of the server. */
  #retryLater(cause: unknown): void {
    this.#options.sessions.withdrawals.delayedBy(cause);
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(retryMs, () => this.#retry());
  }

  #carryOut(withdrawal: Withdrawal): void {
    const { approvals, audit, devices, rememberedApps, sessions } = this.#options;
    const { at } = withdrawal;
    switch (withdrawal.kind) {
      case 'device': {
        const { deviceId } = withdrawal;
        const device = devices.find(deviceId);
        if (device !== undefined) approvals.deleteOf(device.thumbprint);
        devices.revoke(deviceId, at);
        sessions.endDevice(deviceId);
        return audit.note('revoked', { device: deviceId }, at);
      }
      case 'remembered app':
        rememberedApps.delete(withdrawal.clientId);
        return audit.note('forgotten', { app: withdrawal.clientId }, at);
      case 'question':
        return this.#deny(withdrawal.approvalId, at);
    }
  }

  #deny(id: string, at: number): void {
    const { approvals, audit } = this.#options;
    const asked = approvals.find(id, at);
    if (asked === undefined) return;
    approvals.put({ ...asked, state: 'denied', answeredAt: at, expiresAt: at + approvalLifeMs });
    audit.note('denied', { approval: id, namespace: asked.namespace }, at);
  }
}
