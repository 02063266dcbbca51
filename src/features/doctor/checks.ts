import { configuration } from './checks/configuration.ts';
import type { Check } from './finding.ts';
import { reachChecks } from './reach/reach.ts';

/** In the order in which they are shown: what stands on something else comes after it. */
export const checks: readonly Check[] = [configuration, ...reachChecks()];
