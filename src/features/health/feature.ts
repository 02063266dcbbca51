import type { Feature } from '../../feature.ts';

export const healthFeature: Feature = {
  name: 'health',
  start: async (core) => (await import('./routes.ts')).contribute(core),
};
