import { appKey } from '../auth/app.ts';
import type { Audit } from '../auth/audit.ts';
import type { Caller } from '../auth/credentials.ts';
import type { Device, Devices } from '../auth/device.ts';
import type { RootDocuments } from '../auth/root-document.ts';
import type { Sessions } from '../auth/session.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { Approval } from './approval-table.ts';

/** What an app asks for. */
export interface Wish {
  readonly namespace: Namespace;
  /** Its root document, an `automerge:` URL, if it has one. */
  readonly rootDocumentUrl: string | undefined;
  /** Names in the log the request that it came with. */
  readonly requestId?: string;
}

export type Admission =
  | {
      readonly kind: 'admitted';
      readonly syncToken: string;
      readonly rootDocumentUrl: string | undefined;
    }
  /** The owner has not answered yet. */
  | { readonly kind: 'waiting'; readonly approvalId: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** A no of the owner's, said to the app. */
export function refused(what: string): Admission {
  return { kind: 'refused', reason: `The owner of this server ${what}.` };
}

export interface DoorOptions {
  readonly devices: Devices;
  readonly sessions: Sessions;
  readonly rootDocuments: RootDocuments;
  readonly audit: Audit;
}

/** Lets an approved device in: a session, and the root document of its app. */
export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Runs inside one transaction of the caller. */
  open(entry: { approval: Approval; caller: Caller; wish: Wish }, now: number): Admission {
    const { devices, sessions, audit } = this.#options;
    const { approval, caller, wish } = entry;
    const device = devices.findByThumbprint(approval.thumbprint);
    if (device === undefined || device.isRevoked) {
      return refused('revoked this device');
    }
    devices.seen(device.id, now);
    const rootDocumentUrl = this.#rootDocument(device, approval, wish, now);
    const { syncToken } = sessions.issue(
      {
        deviceId: device.id,
        namespace: approval.namespace,
        origin: caller.origin,
        permission: approval.permission,
        rootDocumentUrl,
      },
      now,
    );
    audit.note('admitted', { device: device.id, namespace: approval.namespace }, now);
    return { kind: 'admitted', syncToken, rootDocumentUrl };
  }

  /**
   * A device that may only read keeps none: its document would never arrive here for the others. One
   * app may be known by its client id on one device and by its Origin alone on another, where the PDS
   * could not vouch for it: it must not end with two indexes for that, so both names are looked up and kept.
   */
  #rootDocument(device: Device, approval: Approval, wish: Wish, now: number): string | undefined {
    const { rootDocuments } = this.#options;
    const { namespace } = approval;
    const { origin } = device;
    const known = appKey(device, `device:${device.id}`);
    const byOrigin = appKey({ app: { kind: 'unverified', says: undefined }, origin }, known);
    const kept = rootDocuments.find(known, namespace) ?? rootDocuments.find(byOrigin, namespace);
    const url = kept ?? wish.rootDocumentUrl;
    if (url === undefined || (kept === undefined && approval.permission === 'read')) return url;
    for (const app of [known, byOrigin]) rootDocuments.keepFirst({ app, namespace, url }, now);
    return url;
  }
}
