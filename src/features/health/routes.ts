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
            ? Response.json({ status: 'ready', ...backupJson(core), ...publishJson(core) })
            : Response.json(
                { status: 'not ready', ...backupJson(core), ...publishJson(core) },
                { status: 503 },
              ),
      },
    ],
    controls: [
      {
        method: 'GET',
        path: '/ready',
        handle: () => {
          const { publish, warnings } = core.reports.read();
          const { problem } = publish ?? {};
          return Response.json({
            reasons: core.whyNotReady(),
            warnings: problem === undefined ? warnings : [problem, ...warnings],
            ...backupJson(core),
            ...publishJson(core),
          });
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
  return { backup: { ageSeconds: secondsSince(lastAt, clock), isStale } };
}

/** Where the public record leads apps, which anybody can see; a wrong one keeps no server from being ready. */
function publishJson({ clock, reports }: Pick<Core, 'clock' | 'reports'>): object {
  const { publish } = reports.read();
  if (publish === undefined) return {};
  const { state, checkedAt } = publish;
  return { publish: { state, ageSeconds: secondsSince(checkedAt, clock) } };
}

function secondsSince(at: number | undefined, clock: Core['clock']): number | null {
  return at === undefined ? null : Math.max(0, Math.floor((clock.now() - at) / 1000));
}
