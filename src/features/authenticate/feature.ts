import type { Feature } from '../../feature.ts';

/** How an app gets in: `POST /authenticate`, and the DID document that names us as its audience. */
export const authenticateFeature: Feature = {
  name: 'authenticate',
  start: (core) => import('./routes.ts').then((module) => module.contribute(core)),
};
