import type { Core } from '../../core/core.ts';
import type { Contribution } from '../../feature.ts';
import { collectStatus } from './collect.ts';

/** How the server does, for its owner alone: over the control socket. */
export function contribute(core: Core): Contribution {
  const started = { at: core.clock.now(), elapsedMs: core.clock.elapsed() };
  return {
    controls: [
      {
        method: 'GET',
        path: '/status',
        handle: async () => Response.json(await collectStatus(core, started)),
      },
    ],
  };
}
