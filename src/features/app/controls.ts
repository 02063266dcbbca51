import { z } from 'zod';
import type { Access } from '../../core/access/approvals.ts';
import { Failure } from '../../core/failure.ts';
import type { Route } from '../../platform/http.ts';
import { showAccess, showApproval } from './listing.ts';

const approveBody = z.object({ id: z.string(), permission: z.enum(['read', 'read-write']) });
const denyBody = z.object({ id: z.string() });
const revokeBody = z.object({ appOrDevice: z.string() });

/** What the commands ask over the control socket. */
export function controlRoutes(access: Access): readonly Route[] {
  return [
    { method: 'GET', path: '/apps', handle: () => Response.json(showAccess(access.list())) },
    {
      method: 'POST',
      path: '/apps/approve',
      async handle(request) {
        const { id, permission } = await read(request, approveBody);
        const approved = access.approve(id, { permission });
        return Response.json({ approval: { ...showApproval(approved), permission } });
      },
    },
    {
      method: 'POST',
      path: '/apps/deny',
      async handle(request) {
        const denied = access.deny((await read(request, denyBody)).id);
        return Response.json({ approval: { ...showApproval(denied), permission: 'none' } });
      },
    },
    {
      method: 'POST',
      path: '/apps/revoke',
      async handle(request) {
        const { appOrDevice } = await read(request, revokeBody);
        return Response.json({ devices: access.revoke(appOrDevice) });
      },
    },
  ];
}

async function read<Body>(request: Request, schema: z.ZodType<Body>): Promise<Body> {
  const body = schema.safeParse(await request.json().catch(() => undefined));
  if (body.success) return body.data;
  throw new Failure(
    'InvalidRequest',
    'The command and the server do not understand one another; are both of one version?',
  );
}
