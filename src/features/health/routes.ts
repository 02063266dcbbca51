import type { Core } from '../../core/core.ts';
import { warningsOf } from '../../core/reports.ts';
import type { Contribution } from '../../feature.ts';
import type { Route } from '../../platform/http.ts';

const greeting = `This is a groundmist: a personal sync server for local-first apps.
Its owner's apps find it by themselves; there is nothing to see here in a browser.
`;

type Known = Pick<Core, 'clock' | 'reports' | 'whyNotReady'>;

/** Alive, ready or not for anybody; why not, and what will not be well for long, for the owner and for who watches the server. */
export function contribute(core: Known): Contribution {
  const health: Route = { method: 'GET', path: '/health', handle: () => answer(200, { status: 'ok' }) };
  return {
    routes: [
      { method: 'GET', path: '/', handle: () => new Response(greeting) },
      health,
      { method: 'GET', path: '/ready', handle: () => answer(...readiness(core)) },
    ],
    controls: [{ method: 'GET', path: '/ready', handle: () => answer(200, describe(core)) }],
    monitoring: [
      health,
      {
        method: 'GET',
        path: '/ready',
        handle() {
          const [status, body] = readiness(core);
          return answer(status, { ...body, ...describe(core) });
        },
      },
    ],
  };
}

function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

function readiness(core: Known): readonly [status: number, body: object] {
  return core.whyNotReady().length === 0 ? [200, { status: 'ready' }] : [503, { status: 'not ready' }];
}

function describe(core: Known): object {
  return {
    reasons: core.whyNotReady(),
    warnings: warningsOf(core.reports.read()),
    ...backupJson(core),
    ...publishJson(core),
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
