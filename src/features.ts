import { completionFeature } from './features/completion/feature.ts';
import { configFeature } from './features/config/feature.ts';

import type { Feature } from './feature.ts';

/** What groundmist can do, in the order of its help. */
export const features: readonly Feature[] = [configFeature, completionFeature];
