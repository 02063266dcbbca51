import type { Unit } from '../scenarios/scenario.ts';

/** What this machine does at best: no server can do better. */
export interface Limit {
  readonly measure: string;
  readonly value: number;
  readonly unit: Unit;
}
