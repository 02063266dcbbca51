import type { Feature } from '../../feature.ts';

/** What programs that watch the server read. */
export const metricsFeature: Feature = {
  name: 'metrics',
  start: async (core) => (await import('./contribution.ts')).contribute(core),
};
