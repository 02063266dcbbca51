import type { Database } from 'bun:sqlite';
import { subscriberNetwork } from '../../platform/client-address.ts';
import { appKey, appName, type AppDescription } from '../auth/app.ts';
import type { Audit } from '../auth/audit.ts';
import type { Credentials } from '../auth/credentials.ts';
import { makeUnusedId, type RandomBytes } from '../auth/short-id.ts';
import type { EventBus } from '../events.ts';
import { Failure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { writeControl } from '../store/control-database.ts';
import { approvalLifeMs, type Approval, type ApprovalTable } from './approval-table.ts';

const mostWaiting = 10;
const mostWaitingPerApp = 3;

export interface WaitingRoomOptions {
  readonly database: Database;
  readonly approvals: ApprovalTable;
  readonly audit: Audit;
  readonly events: EventBus;
  readonly randomBytes: RandomBytes;
}

interface Asking {
  readonly now: number;
  readonly isPaired: boolean;
  readonly requestId?: string | undefined;
}

/** Where new keys ask the owner; a few at a time, so that nobody can drown the one that matters. */
export class WaitingRoom {
  readonly #options: WaitingRoomOptions;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  /**
   * Asks the owner whether this key may sync this namespace. `RateLimited` when too many ask already, but not
   * for the one device that the owner pairs and expects: no flood of strangers keeps it out.
   */
  ask(credentials: Credentials, namespace: Namespace, { now, isPaired, requestId }: Asking): Approval {
    const { approvals, audit, database, events } = this.#options;
    if (!isPaired) this.#checkRoom(credentials, now);
    const approval = this.describe(credentials, namespace, now);
    const { id, address } = approval;
    const app = appName(approval) ?? '';
    writeControl(database, () => {
      approvals.deleteExpired(now);
      approvals.put(approval);
      audit.note('requested', { approval: id, namespace, app, address }, now);
    });
    const { kind } = approval.app;
    events.tell('approvalRequested', { id, namespace, app, kind, ...(requestId && { requestId }) });
    return approval;
  }

  /** The question of this key, not asked yet. */
  describe(credentials: Credentials, namespace: Namespace, now: number): Approval {
    const { approvals, randomBytes } = this.#options;
    const { account: _account, ...asker } = credentials;
    return {
      ...asker,
      id: makeUnusedId(randomBytes, (id) => approvals.find(id, now) !== undefined),
      namespace,
      state: 'waiting',
      permission: 'read',
      askedAt: now,
      answeredAt: undefined,
      expiresAt: now + approvalLifeMs,
    };
  }

  #checkRoom(credentials: Credentials, now: number): void {
    const waiting = this.#options.approvals.list('waiting', now);
    const place = placeOf(credentials);
    const ofSameApp = waiting.filter((one) => placeOf(one) === place);
    if (waiting.length < mostWaiting && ofSameApp.length < mostWaitingPerApp) return;
    throw new Failure(
      'RateLimited',
      'Too many devices wait for the owner’s answer already; try again when they have been answered, or in ten minutes.',
    );
  }
}

/** The app, or where it has no name the network that it asks from. */
function placeOf(asker: AppDescription & { readonly address: string }): string {
  return appKey(asker, `network:${subscriberNetwork(asker.address)}`);
}
