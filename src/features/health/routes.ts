import type { Core } from '../../core/core.ts';
import type { Contribution } from '../../feature.ts';

const greeting = `This is a groundmist: a personal sync server for local-first apps.
Its owner's apps find it by themselves; there is nothing to see here in a browser.
`;

/** Alive, ready or not for anybody; why not, and what will not be well for long, for the owner alone, over the control socket. */
export function contribute(core: Pick<Core, 'clock' | 'reports' | 'whyNotReady'>): Contribution {
  return {
    routes: [
      { method: 'GET', path: '/', handle: () => new Response(greeting) },
      { method: 'GET', path: '/health', handle: () => Response.json({ status: 'ok' }) },
      {
        method: 'GET',
        path: '/ready',
        handle: () =>
          core.whyNotReady().length === 0
            ? Response.json({ status: 'ready', ...backupJson(core) })
            : Response.json({ status: 'not ready', ...backupJson(core) }, { status: 503 }),
      },
    ],
    controls: [
      {
        method: 'GET',
        path: '/ready',
        handle: () => {
          const { warnings } = core.reports.read();
          return Response.json({ reasons: core.whyNotReady(), warnings, ...backupJson(core) });
        },
      },
    ],
  };
}

/** How old the last backup is, where some are to be made. An old one keeps no server from being ready. */
function backupJson({ clock, reports }: Pick<Core, 'clock' | 'reports'>): object {
  const { backup } = reports.read();
  if (backup === undefined) return {};
  const { lastAt, isStale } = backup;
  const ageSeconds = lastAt === undefined ? null : Math.max(0, Math.floor((clock.now() - lastAt) / 1000));
  return { backup: { ageSeconds, isStale } };
}
