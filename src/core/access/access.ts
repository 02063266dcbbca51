import type { Permission } from '../auth/permission.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';

export type Action = 'read' | 'write';

export type Subject =
  | { readonly kind: 'device'; readonly deviceId: string; readonly permission: Permission }
  | { readonly kind: 'owner' };

export interface Resource {
  readonly namespace: Namespace;
  readonly documentId: DocumentId;
}

/** A question asked of every policy, per message: may this subject do this to that document? */
export interface AccessRequest {
  readonly subject: Subject;
  readonly action: Action;
  readonly resource: Resource;
}

export type Decision = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly reason: string };

/** A rule that must also allow. Synchronous and in memory, for it is asked per message. */
export type Policy = (request: AccessRequest) => Decision;

const allowed: Decision = { kind: 'allowed' };

/** The rule that always holds: a device does what the owner approved it for, the owner does anything. */
export const approvedPermission: Policy = ({ subject, action }) => {
  if (subject.kind === 'owner' || action === 'read' || subject.permission === 'read-write') return allowed;
  return { kind: 'refused', reason: 'this device may only read' };
};

/** The first refusal of the policies, or `allowed`. */
export function decide(policies: readonly Policy[], request: AccessRequest): Decision {
  for (const policy of policies) {
    const decision = policy(request);
    if (decision.kind === 'refused') return decision;
  }
  return allowed;
}
