import { z } from 'zod';
import type { Access } from '../../core/access/approvals.ts';
import type { Core } from '../../core/core.ts';
import type { Route } from '../../platform/http.ts';
import type { Revoked } from './listing.ts';
import { showAccess, showApproval, type Present } from './show-access.ts';
import { readControlBody } from '../../core/control.ts';

const approveBody = z.object({
  id: z.string(),
  permission: z.enum(['read', 'read-write']),
  remember: z.boolean().optional(),
});
const denyBody = z.object({ id: z.string() });
const revokeBody = z.object({ appOrDevice: z.string() });

/** What the commands ask over the control socket. */
export function controlRoutes({ access, clientNames: names, clock, hubs, owner }: Core): readonly Route[] {
  const present = (): Present => ({
    account: owner,
    sockets: hubs.socketCounts(),
    names,
    now: clock.now(),
  });
  return [
    { method: 'GET', path: '/apps', handle: () => Response.json(showAccess(access.list(), present())) },
    {
      method: 'POST',
      path: '/apps/approve',
      async handle(request) {
        const { id, permission, remember = false } = await readControlBody(request, approveBody);
        const approved = showApproval(access.approve(id, { permission, remember }), names);
        return Response.json({ approval: { ...approved, permission, remembered: remember } });
      },
    },
    {
      method: 'POST',
      path: '/apps/deny',
      async handle(request) {
        const denied = showApproval(access.deny((await readControlBody(request, denyBody)).id), names);
        return Response.json({ approval: { ...denied, permission: 'none', remembered: false } });
      },
    },
    {
      method: 'POST',
      path: '/apps/revoke',
      async handle(request) {
        return Response.json(revoke(access, (await readControlBody(request, revokeBody)).appOrDevice));
      },
    },
  ];
}

function revoke(access: Access, appOrDevice: string): Revoked {
  const { apps } = access.list();
  const devices = access.revoke(appOrDevice);
  const stillRemembered = apps
    .filter((app) => app.remembered.length > 0 && app.name !== appOrDevice)
    .filter((app) => app.devices.some(({ id }) => devices.includes(id)))
    .map(({ name }) => name);
  return { devices: [...devices], stillRemembered, waitsForRoom: access.hasUnwritten };
}
