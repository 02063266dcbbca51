import { z } from 'zod';
import type { Access } from '../../core/access/approvals.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { Route } from '../../platform/http.ts';
import { showAccess, showApproval } from './listing.ts';

const approveBody = z.object({ id: z.string(), permission: z.enum(['read', 'read-write']) });
const denyBody = z.object({ id: z.string() });
const revokeBody = z.object({ appOrDevice: z.string() });

/** What the commands ask over the control socket. */
export function controlRoutes(access: Access): readonly Route[] {
  return [
    { method: 'GET', path: '/apps', handle: () => answer(() => showAccess(access.list())) },
    {
      method: 'POST',
      path: '/apps/approve',
      handle: (request) =>
        answer(async () => {
          const { id, permission } = await read(request, approveBody);
          const approved = access.approve(id, { permission });
          return { approval: { ...showApproval(approved), permission: approved.permission } };
        }),
    },
    {
      method: 'POST',
      path: '/apps/deny',
      handle: (request) =>
        answer(async () => {
          const denied = access.deny((await read(request, denyBody)).id);
          return { approval: { ...showApproval(denied), permission: 'none' } };
        }),
    },
    {
      method: 'POST',
      path: '/apps/revoke',
      handle: (request) =>
        answer(async () => ({ devices: access.revoke((await read(request, revokeBody)).appOrDevice) })),
    },
  ];
}

/** Only this user's own processes reach the control socket; an unexpected failure stays one. */
async function answer(work: () => unknown): Promise<Response> {
  try {
    return Response.json(await work());
  } catch (error) {
    const { code, message, kind } = toFailure(error);
    if (code === 'Internal') throw error;
    return Response.json({ error: code, message }, { status: kind.status });
  }
}

async function read<Body>(request: Request, schema: z.ZodType<Body>): Promise<Body> {
  const body = schema.safeParse(await request.json().catch(() => undefined));
  if (body.success) return body.data;
  throw new Failure(
    'InvalidRequest',
    'The command and the server do not understand one another; are both of one version?',
  );
}
