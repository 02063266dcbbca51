import { appKey } from '../auth/app.ts';
import type { Audit } from '../auth/audit.ts';
import type { Credentials } from '../auth/credentials.ts';
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
  open(entry: { approval: Approval; credentials: Credentials; wish: Wish }, now: number): Admission {
    const { devices, sessions, audit } = this.#options;
    const { approval, credentials, wish } = entry;
    const device = devices.findByThumbprint(approval.thumbprint);
    if (device === undefined || device.isRevoked) {
      return { kind: 'refused', reason: 'The owner of this server revoked this device.' };
    }
    devices.seen(device.id, now);
    const rootDocumentUrl = this.#rootDocument(device, approval, wish, now);
    const { syncToken } = sessions.issue(
      {
        deviceId: device.id,
        namespace: approval.namespace,
        origin: credentials.origin,
        permission: approval.permission,
        rootDocumentUrl,
      },
      now,
    );
    audit.note('admitted', { device: device.id, namespace: approval.namespace }, now);
    return { kind: 'admitted', syncToken, rootDocumentUrl };
  }

  /** A device that may only read keeps none: its document would never arrive here for the others. */
  #rootDocument(device: Device, approval: Approval, wish: Wish, now: number): string | undefined {
    const { rootDocuments } = this.#options;
    const app = appKey(device, `device:${device.id}`);
    const kept = rootDocuments.find(app, approval.namespace);
    if (kept !== undefined || wish.rootDocumentUrl === undefined || approval.permission === 'read') {
      return kept ?? wish.rootDocumentUrl;
    }
    return rootDocuments.keepFirst({ app, namespace: approval.namespace, url: wish.rootDocumentUrl }, now);
  }
}
