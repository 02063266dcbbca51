import type { Feature } from '../../feature.ts';

export const healthFeature: Feature = {
  name: 'health',
  start: async () => ({ routes: (await import('./routes.ts')).routes }),
};
