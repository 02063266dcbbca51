import type { Database } from 'bun:sqlite';
import type { Audit } from '../auth/audit.ts';
import type { Device, Devices } from '../auth/device.ts';
import type { Permission } from '../auth/permission.ts';
import type { Sessions } from '../auth/session.ts';
import type { EventBus } from '../events.ts';
import { Failure } from '../failure.ts';
import { writeControl } from '../store/control-database.ts';
import { approvalLifeMs, type Approval, type ApprovalTable } from './approval-table.ts';
import type { RememberedApps } from './remembered-apps.ts';
import type { TakeBack } from './take-back.ts';

/** What the owner says yes to. */
export interface Approving {
  readonly permission: Permission;
  /** Later keys of the same vouched app come in without a question. */
  readonly remember?: boolean;
}

export interface OwnerAnswersOptions {
  readonly database: Database;
  readonly approvals: ApprovalTable;
  readonly devices: Devices;
  readonly rememberedApps: RememberedApps;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly takeBack: TakeBack;
  readonly events: EventBus;
}

/** What the owner's yes, no and no-longer change. */
export class OwnerAnswers {
  readonly #options: OwnerAnswersOptions;

  constructor(options: OwnerAnswersOptions) {
    this.#options = options;
  }

  approve(id: string, { permission, remember = false }: Approving, now: number): Approval {
    const { audit, database, events, rememberedApps, sessions, takeBack } = this.#options;
    takeBack.settle();
    const asked = this.#find(id, now);
    const clientId = remember ? vouchedClientId(asked) : undefined;
    const approval = approvedAs(asked, permission, now);
    const { namespace } = asked;
    const device = writeControl(database, () => {
      const admitted = this.#admit(approval, now);
      sessions.setPermission(admitted.id, namespace, permission);
      audit.note('approved', { approval: id, device: admitted.id, namespace, permission }, now);
      if (clientId !== undefined) {
        rememberedApps.put({ clientId, namespace, permission }, now);
        audit.note('remembered', { app: clientId, namespace, permission }, now);
      }
      return admitted;
    });
    if (asked.state === 'approved' && asked.permission !== permission) {
      events.tell('deviceRevoked', { deviceId: device.id });
    }
    events.tell('approvalAnswered', { id, namespace: asked.namespace, answer: 'approved' });
    return approval;
  }

  /**
   * Lets a new key of a remembered app in as a device of its own. Does nothing for any other key,
   * also for one that was revoked: of that one the owner had enough.
   */
  admitRemembered(question: Approval, now: number): void {
    const { app, namespace, thumbprint } = question;
    const { audit, database, devices, events, rememberedApps, takeBack } = this.#options;
    if (app.kind !== 'vouched' || devices.findByThumbprint(thumbprint)?.isRevoked === true) return;
    const remembered = rememberedApps.find(app.clientId, namespace);
    if (remembered === undefined) return;
    const { permission } = remembered;
    takeBack.settle();
    const device = writeControl(database, () => {
      const admitted = this.#admit(approvedAs(question, permission, now), now);
      audit.note(
        'admitted-remembered',
        { app: app.clientId, device: admitted.id, namespace, permission },
        now,
      );
      return admitted;
    });
    events.tell('rememberedAdmitted', { deviceId: device.id, namespace, app: app.clientId });
  }

  deny(id: string, now: number): Approval {
    const { events, takeBack } = this.#options;
    const asked = this.#find(id, now);
    if (asked.state === 'approved') {
      throw new Failure(
        'InvalidRequest',
        `${id} is approved already; take it back with \`groundmist app revoke\`.`,
      );
    }
    takeBack.now([{ kind: 'question', approvalId: id, at: now }]);
    events.tell('approvalAnswered', { id, namespace: asked.namespace, answer: 'denied' });
    return { ...asked, state: 'denied', answeredAt: now, expiresAt: now + approvalLifeMs };
  }

  /** Cuts every live socket off, also where nothing can be written. What is remembered of an app of this name ends, too. */
  revoke(name: string, revoked: readonly Device[], now: number): readonly string[] {
    const { events, rememberedApps, takeBack } = this.#options;
    const isRemembered = rememberedApps.list().some((one) => one.clientId === name);
    if (revoked.length === 0 && !isRemembered) {
      throw new Failure(
        'NotFound',
        `"${name}" is neither an app nor a device that was let in; \`groundmist app list\` shows them.`,
      );
    }
    const deviceIds = revoked.map((device) => device.id);
    const devices = deviceIds.map((deviceId) => ({ kind: 'device', deviceId, at: now }) as const);
    const app = { kind: 'remembered app', clientId: name, at: now } as const;
    try {
      takeBack.now(isRemembered ? [app, ...devices] : devices);
    } finally {
      for (const deviceId of deviceIds) events.tell('deviceRevoked', { deviceId });
    }
    return deviceIds;
  }

  #admit(approval: Approval, now: number): Device {
    this.#options.approvals.put(approval);
    return this.#options.devices.admit(approval, now);
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

function approvedAs(asked: Approval, permission: Permission, now: number): Approval {
  return { ...asked, state: 'approved', permission, answeredAt: now, expiresAt: undefined };
}

/** What it calls itself must not open the door to all who call themselves so. */
function vouchedClientId({ id, app }: Approval): string {
  if (app.kind === 'vouched') return app.clientId;
  throw new Failure(
    'InvalidRequest',
    `Only an app that your PDS vouches for can be remembered, and of ${id} only its own word is known. Approve it without --remember.`,
  );
}
