import type { Database } from 'bun:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../platform/clock.ts';
import { Audit } from '../auth/audit.ts';
import type { Caller, Credentials } from '../auth/credentials.ts';
import { Devices } from '../auth/device.ts';
import { RootDocuments } from '../auth/root-document.ts';
import type { Sessions } from '../auth/session.ts';
import type { RandomBytes } from '../auth/short-id.ts';
import type { EventBus } from '../events.ts';
import { writeControl } from '../store/control-database.ts';
import { Door, refused, type Admission, type Wish } from './admission.ts';
import { devicesNamed, listAccess, type AccessList } from './app-list.ts';
import { ApprovalTable, type Approval } from './approval-table.ts';
import { HeldRequests } from './held-requests.ts';
import { OwnerAnswers, type Approving } from './owner-answers.ts';
import { Pairing } from './pairing.ts';
import { RememberedApps } from './remembered-apps.ts';
import { TakeBack } from './take-back.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface AccessOptions {
  /** The control database, migrated with `controlTables`. */
  readonly database: Database;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly randomBytes: RandomBytes;
}

/** "May you?": which key may sync which namespace, as the owner answered. */
export class Access {
  readonly pairing: Pairing;
  readonly #database: Database;
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #approvals: ApprovalTable;
  readonly #devices: Devices;
  readonly #rememberedApps: RememberedApps;
  readonly #waitingRoom: WaitingRoom;
  readonly #answers: OwnerAnswers;
  readonly #door: Door;
  readonly #held: HeldRequests;
  readonly #takeBack: TakeBack;

  constructor({ database, sessions, clock, events, randomBytes }: AccessOptions) {
    const { withdrawals } = sessions;
    const approvals = new ApprovalTable(database, withdrawals);
    const devices = new Devices(database, randomBytes, withdrawals);
    const rememberedApps = new RememberedApps(database, withdrawals);
    const audit = new Audit(database);
    const tables = { database, approvals, devices, rememberedApps, sessions, audit };
    this.#takeBack = new TakeBack({ ...tables, clock });
    this.pairing = new Pairing({
      clock,
      randomBytes,
      deny: (id) => this.#denyIfWaiting(id),
      note: (...entry) => writeControl(database, () => audit.note(...entry)),
    });
    this.#database = database;
    this.#sessions = sessions;
    this.#clock = clock;
    this.#approvals = approvals;
    this.#devices = devices;
    this.#rememberedApps = rememberedApps;
    this.#waitingRoom = new WaitingRoom({ database, approvals, audit, events, randomBytes });
    this.#answers = new OwnerAnswers({ ...tables, takeBack: this.#takeBack, events });
    this.#door = new Door({ devices, sessions, rootDocuments: new RootDocuments(database), audit });
    this.#held = new HeldRequests(clock);
  }

  /** Lets a key in that the owner approved for this namespace; undefined for any other, which has to `ask`. */
  enter(caller: Caller, wish: Wish): Admission | undefined {
    const approval = this.#current(caller, wish);
    return approval?.state === 'approved' ? this.#open(approval, caller, wish) : undefined;
  }

  /**
   * Asks the owner, or joins an earlier question of this key, and is held up to 50 s for the answer.
   * Fails with `RateLimited` where too many ask or are held, and with the refusal of an account that
   * is not proven, unless the owner is pairing this very device.
   */
  async ask(credentials: Credentials, wish: Wish, signal: AbortSignal): Promise<Admission> {
    this.#admitRemembered(credentials, wish);
    const known = this.enter(credentials, wish);
    if (known !== undefined) return known;
    const isPaired = this.pairing.admits(credentials, wish.namespace);
    if (!credentials.account.isProven && !isPaired) throw credentials.account.refusal;
    const approval = this.#question(credentials, wish, { isPaired });
    if (approval.state === 'waiting' && (!isPaired || this.pairing.show(approval))) {
      await this.#held.hold(approval.id, signal);
    }
    if (signal.aborted) return { kind: 'waiting', approvalId: approval.id };
    return this.#answer(credentials, wish, approval.id);
  }

  /** Answers yes, or changes what an approved one may do. `NotFound` for an id that is not known or no longer. */
  approve(id: string, approving: Approving): Approval {
    const approval = this.#tell(this.#answers.approve(id, approving, this.#clock.now()));
    if (approving.remember === true) this.#releaseSameApp(approval);
    return approval;
  }

  /** Answers no; repeated questions hear it for ten minutes. */
  deny(id: string): Approval {
    try {
      return this.#tell(this.#answers.deny(id, this.#clock.now()));
    } finally {
      // A no that could not be written is one all the same.
      this.#held.release(id);
    }
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

  /** Whether a no of the owner holds and waits to be written into the control database. */
  get hasUnwritten(): boolean {
    return this.#sessions.withdrawals.entries.length > 0;
  }

  list(): AccessList {
    const tables = {
      approvals: this.#approvals,
      devices: this.#devices,
      rememberedApps: this.#rememberedApps,
    };
    return listAccess({ ...tables, sessions: this.#sessions }, this.#clock.now());
  }

  /** Has every request that waits for the owner, now or later, told to ask again: the server stops. */
  stopHolding(): void {
    this.#held.stop();
  }

  /** Before the database closes. */
  close(): void {
    this.#takeBack.close();
  }

  #current(caller: Caller, wish: Wish): Approval | undefined {
    return this.#approvals.findFor(caller.thumbprint, wish.namespace, this.#clock.now());
  }

  /** The question that this key asked before, or now; one that was denied is asked again where the owner pairs. */
  #question(credentials: Credentials, wish: Wish, { isPaired }: { readonly isPaired: boolean }): Approval {
    const current = this.#current(credentials, wish);
    if (current !== undefined && !(isPaired && current.state === 'denied')) return current;
    const { namespace, requestId } = wish;
    return this.#waitingRoom.ask(credentials, namespace, { now: this.#clock.now(), isPaired, requestId });
  }

  /** A new device of an app that the owner remembers has its approval at once; one that has its own answer keeps that. */
  #admitRemembered(credentials: Credentials, wish: Wish): void {
    if (!credentials.account.isProven || credentials.app.kind !== 'vouched') return;
    if ((this.#current(credentials, wish)?.state ?? 'waiting') !== 'waiting') return;
    const now = this.#clock.now();
    this.#answers.admitRemembered(this.#waitingRoom.describe(credentials, wish.namespace, now), now);
  }

  /** As the matter stands now. Who proved nothing hears the same as ever. */
  #answer(credentials: Credentials, wish: Wish, approvalId: string): Admission {
    this.#admitRemembered(credentials, wish);
    const approval = this.#current(credentials, wish);
    if (approval?.state === 'approved') return this.#open(approval, credentials, wish);
    if (!credentials.account.isProven) throw credentials.account.refusal;
    if (approval?.state === 'denied') return refused('said no to this app');
    // What a revoked device asked for is gone with it: an id would lead the owner to nothing.
    const isGone =
      approval === undefined && this.#devices.findByThumbprint(credentials.thumbprint)?.isRevoked;
    return isGone ? refused('revoked this device') : { kind: 'waiting', approvalId };
  }

  #open(approval: Approval, caller: Caller, wish: Wish): Admission {
    const entry = { approval, caller, wish };
    return writeControl(this.#database, () => this.#door.open(entry, this.#clock.now()));
  }

  /** Lets those hear the answer who wait for it. */
  #tell(approval: Approval): Approval {
    this.pairing.answered(approval);
    this.#held.release(approval.id);
    return approval;
  }

  /** Other devices of an app that is remembered from now on need no answer of their own any more. */
  #releaseSameApp({ app, namespace }: Approval): void {
    for (const other of this.list().approvals)
      if (other.namespace === namespace && isDeepStrictEqual(other.app, app)) this.#held.release(other.id);
  }

  #denyIfWaiting(id: string): void {
    if (this.#approvals.find(id, this.#clock.now())?.state === 'waiting') this.deny(id);
  }
}
