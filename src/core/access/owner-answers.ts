import type { Database } from 'bun:sqlite';
import type { Audit } from '../auth/audit.ts';
import type { Device, Devices } from '../auth/device.ts';
import type { Permission } from '../auth/permission.ts';
import type { Sessions } from '../auth/session.ts';
import type { EventBus } from '../events.ts';
import { Failure } from '../failure.ts';
import { writeControl } from '../store/control-database.ts';
import type { Approval, ApprovalTable } from './approval-table.ts';
import { approvalLifeMs } from './waiting-room.ts';

export interface OwnerAnswersOptions {
  readonly database: Database;
  readonly approvals: ApprovalTable;
  readonly devices: Devices;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly events: EventBus;
}

/** What the owner's yes, no and no-longer change. */
export class OwnerAnswers {
  readonly #options: OwnerAnswersOptions;

  constructor(options: OwnerAnswersOptions) {
    this.#options = options;
  }

  approve(id: string, permission: Permission, now: number): Approval {
    const { approvals, audit, database, devices, events, sessions } = this.#options;
    const asked = this.#find(id, now);
    const approval = {
      ...asked,
      state: 'approved',
      permission,
      answeredAt: now,
      expiresAt: undefined,
    } as const;
    const device = writeControl(database, () => {
      const admitted = devices.admit(asked, now);
      approvals.put(approval);
      sessions.setPermission(admitted.id, asked.namespace, permission);
      audit.note(
        'approved',
        { approval: id, device: admitted.id, namespace: asked.namespace, permission },
        now,
      );
      return admitted;
    });
    if (asked.state === 'approved' && asked.permission !== permission) {
      events.tell('deviceRevoked', { deviceId: device.id });
    }
    events.tell('approvalAnswered', { id, namespace: asked.namespace, answer: 'approved' });
    return approval;
  }

  deny(id: string, now: number): Approval {
    const { approvals, audit, database, events } = this.#options;
    const asked = this.#find(id, now);
    if (asked.state === 'approved') {
      throw new Failure(
        'InvalidRequest',
        `${id} is approved already; take it back with \`groundmist app revoke\`.`,
      );
    }
    const approval = { ...asked, state: 'denied', answeredAt: now, expiresAt: now + approvalLifeMs } as const;
    writeControl(database, () => {
      approvals.put(approval);
      audit.note('denied', { approval: id, namespace: asked.namespace }, now);
    });
    events.tell('approvalAnswered', { id, namespace: asked.namespace, answer: 'denied' });
    return approval;
  }

  /** Cuts every live socket off, also where nothing can be written. */
  revoke(name: string, revoked: readonly Device[], now: number): readonly string[] {
    if (revoked.length === 0) {
      throw new Failure(
        'NotFound',
        `"${name}" is neither an app nor a device that was let in; \`groundmist app list\` shows them.`,
      );
    }
    const { events, sessions } = this.#options;
    const deviceIds = revoked.map((device) => device.id);
    try {
      sessions.revokeDevices(deviceIds, () => {
        for (const device of revoked) this.#forget(device, now);
      });
    } finally {
      for (const deviceId of deviceIds) events.tell('deviceRevoked', { deviceId });
    }
    return deviceIds;
  }

  #forget(device: Device, now: number): void {
    const { approvals, audit, devices } = this.#options;
    approvals.deleteOf(device.thumbprint);
    devices.revoke(device.id, now);
    audit.note('revoked', { device: device.id }, now);
  }

  #find(id: string, now: number): Approval {
    const approval = this.#options.approvals.find(id, now);
    if (approval !== undefined) return approval;
    throw new Failure(
      'NotFound',
      `No app waits under "${id}"; it may have waited more than ten minutes. \`groundmist app list\` shows who waits.`,
    );
  }
}
