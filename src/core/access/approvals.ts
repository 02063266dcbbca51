import type { Database } from 'bun:sqlite';
import type { Clock } from '../../platform/clock.ts';
import { Audit } from '../auth/audit.ts';
import type { Credentials } from '../auth/credentials.ts';
import { Devices } from '../auth/device.ts';
import type { Permission } from '../auth/permission.ts';
import { RootDocuments } from '../auth/root-document.ts';
import type { Sessions } from '../auth/session.ts';
import type { RandomBytes } from '../auth/short-id.ts';
import type { EventBus } from '../events.ts';
import { writeControl } from '../store/control-database.ts';
import { Door, type Admission, type Wish } from './admission.ts';
import { devicesNamed, listApps, type ListedApp } from './app-list.ts';
import { ApprovalTable, type Approval } from './approval-table.ts';
import { HeldRequests } from './held-requests.ts';
import { OwnerAnswers } from './owner-answers.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface AccessOptions {
  /** The control database, migrated with `controlTables`. */
  readonly database: Database;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly randomBytes: RandomBytes;
}

export interface AccessList {
  /** Those that wait for an answer. */
  readonly approvals: readonly Approval[];
  readonly apps: readonly ListedApp[];
}

/** "May you?": which key may sync which namespace, as the owner answered. */
export class Access {
  readonly #database: Database;
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #approvals: ApprovalTable;
  readonly #devices: Devices;
  readonly #waitingRoom: WaitingRoom;
  readonly #answers: OwnerAnswers;
  readonly #door: Door;
  readonly #held: HeldRequests;

  constructor({ database, sessions, clock, events, randomBytes }: AccessOptions) {
    const approvals = new ApprovalTable(database);
    const devices = new Devices(database, randomBytes);
    const audit = new Audit(database);
    this.#database = database;
    this.#sessions = sessions;
    this.#clock = clock;
    this.#approvals = approvals;
    this.#devices = devices;
    this.#waitingRoom = new WaitingRoom({ database, approvals, audit, events, randomBytes });
    this.#answers = new OwnerAnswers({ database, approvals, devices, sessions, audit, events });
    this.#door = new Door({ devices, sessions, rootDocuments: new RootDocuments(database), audit });
    this.#held = new HeldRequests(clock);
  }

  /**
   * Lets an approved key in at once. Another one asks the owner, or joins its earlier question, and
   * is held up to 50 s for the answer. Fails with `RateLimited` where too many ask or are held, and
   * with the refusal of an account that is not proven.
   */
  async admit(credentials: Credentials, wish: Wish, signal: AbortSignal): Promise<Admission> {
    const approval = this.#current(credentials, wish) ?? this.#ask(credentials, wish);
    if (approval.state === 'waiting') {
      refuseUnproven(credentials);
      await this.#held.hold(approval.id, signal);
    }
    const answered = this.#current(credentials, wish);
    if (answered === undefined || answered.state === 'waiting' || signal.aborted) {
      return { kind: 'waiting', approvalId: approval.id };
    }
    if (answered.state === 'denied') {
      return { kind: 'refused', reason: 'The owner of this server said no to this app.' };
    }
    const entry = { approval: answered, credentials, wish };
    return writeControl(this.#database, () => this.#door.open(entry, this.#clock.now()));
  }

  /** Answers yes, or changes what an approved one may do. `NotFound` for an id that is not known or no longer. */
  approve(id: string, { permission }: { readonly permission: Permission }): Approval {
    const approval = this.#answers.approve(id, permission, this.#clock.now());
    this.#held.release(id);
    return approval;
  }

  /** Answers no; repeated questions hear it for ten minutes. */
  deny(id: string): Approval {
    const approval = this.#answers.deny(id, this.#clock.now());
    this.#held.release(id);
    return approval;
  }

  /** Takes back all that a device, or every device of an app, was given; their ids. `NotFound` for a name not listed. */
  revoke(appOrDevice: string): readonly string[] {
    const { approvals, apps } = this.list();
    const devices = devicesNamed(appOrDevice, apps);
    const revoked = this.#answers.revoke(appOrDevice, devices, this.#clock.now());
    // What these devices were still waiting for is gone with them.
    const isOfRevoked = ({ thumbprint }: Approval) => devices.some((one) => one.thumbprint === thumbprint);
    for (const { id } of approvals.filter(isOfRevoked)) this.#held.release(id);
    return revoked;
  }

  list(): AccessList {
    const now = this.#clock.now();
    return {
      approvals: this.#approvals.list('waiting', now),
      apps: listApps(
        this.#devices.list(),
        this.#approvals.list('approved', now),
        this.#sessions.countByDevice(),
      ),
    };
  }

  #current(credentials: Credentials, wish: Wish): Approval | undefined {
    return this.#approvals.findFor(credentials.thumbprint, wish.namespace, this.#clock.now());
  }

  #ask(credentials: Credentials, wish: Wish): Approval {
    refuseUnproven(credentials);
    return this.#waitingRoom.ask(credentials, wish.namespace, this.#clock.now());
  }
}

function refuseUnproven({ account }: Credentials): void {
  if (!account.isProven) throw account.refusal;
}
