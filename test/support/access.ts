import { randomBytes } from 'node:crypto';
import { Access } from '../../src/core/access/approvals.ts';
import type { Admission } from '../../src/core/access/admission.ts';
import type { Credentials } from '../../src/core/auth/credentials.ts';
import { Sessions } from '../../src/core/auth/session.ts';
import { Withdrawals } from '../../src/core/auth/withdrawals.ts';
import { EventBus, type Events } from '../../src/core/events.ts';
import { parseDid } from '../../src/core/identity/did.ts';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { TestClock } from './clock.ts';
import { openTestControlDatabase } from './control-database.ts';

export const ownerDid = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');
export const library = 'xyz.groundmist.library';

/** What a proven app on one device shows; tests change what matters to them. */
export function credentialsOf(thumbprint: string, change: Partial<Credentials> = {}): Credentials {
  const origin = `https://${thumbprint}.example`;
  return {
    account: { did: ownerDid, isProven: true },
    thumbprint,
    app: { kind: 'unverified', says: origin },
    origin,
    userAgent: 'Browser/1',
    address: '203.0.113.9',
    ...change,
  };
}

export interface Asking {
  readonly namespace?: string;
  readonly rootDocumentUrl?: string;
  readonly signal?: AbortSignal;
}

/** The access rules on a control database of their own, or on one that outlived an earlier start. */
export function startAccess({
  database = openTestControlDatabase(),
  clock = new TestClock(),
  withdrawals = new Withdrawals(),
} = {}) {
  const events = new EventBus();
  const told: [name: keyof Events, event: object][] = [];
  events.listen({
    approvalRequested: (event) => told.push(['approvalRequested', event]),
    approvalAnswered: (event) => told.push(['approvalAnswered', event]),
    deviceRevoked: (event) => told.push(['deviceRevoked', event]),
    rememberedAdmitted: (event) => told.push(['rememberedAdmitted', event]),
  });
  const sessions = new Sessions({ database, clock, randomBytes, withdrawals });
  const access = new Access({ database, sessions, clock, events, randomBytes });
  const ask = async (
    credentials: Credentials,
    { namespace = library, rootDocumentUrl, signal }: Asking = {},
  ): Promise<Admission> => {
    const wish = { namespace: parseNamespace(namespace), rootDocumentUrl };
    const known = access.enter(credentials, wish);
    return known ?? (await access.ask(credentials, wish, signal ?? new AbortController().signal));
  };
  const waitingIds = () => access.list().approvals.map((approval) => approval.id);
  /** Asks, and has the owner answer at once. */
  const letIn = async (
    credentials: Credentials,
    asking: Asking = {},
    permission: 'read' | 'read-write' = 'read-write',
  ) => {
    const asked = ask(credentials, asking);
    for (const id of waitingIds()) access.approve(id, { permission });
    return admitted(await asked);
  };
  return { access, sessions, clock, database, told, ask, waitingIds, letIn };
}

export function admitted(admission: Admission): Extract<Admission, { kind: 'admitted' }> {
  if (admission.kind === 'admitted') return admission;
  throw new Error(`not admitted: ${JSON.stringify(admission)}`);
}

export type StartedAccess = ReturnType<typeof startAccess>;
