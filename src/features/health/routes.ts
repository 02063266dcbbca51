import type { Core } from '../../core/core.ts';
import type { Contribution } from '../../feature.ts';

const greeting = `This is a groundmist: a personal sync server for local-first apps.
Its owner's apps find it by themselves; there is nothing to see here in a browser.
`;

/** Alive, ready or not for anybody; why not for the owner alone, over the control socket. */
export function contribute(core: Pick<Core, 'whyNotReady'>): Contribution {
  return {
    routes: [
      { method: 'GET', path: '/', handle: () => new Response(greeting) },
      { method: 'GET', path: '/health', handle: () => Response.json({ status: 'ok' }) },
      {
        method: 'GET',
        path: '/ready',
        handle: () =>
          core.whyNotReady().length === 0
            ? Response.json({ status: 'ready' })
            : Response.json({ status: 'not ready' }, { status: 503 }),
      },
    ],
    controls: [
      { method: 'GET', path: '/ready', handle: () => Response.json({ reasons: core.whyNotReady() }) },
    ],
  };
}
