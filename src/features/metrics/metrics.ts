import type { Metric } from './definition.ts';
import { accessMetrics } from './families/access.ts';
import { automergeMetrics } from './families/automerge.ts';
import { documentMetrics } from './families/documents.ts';
import { reportMetrics } from './families/reports.ts';
import { serverMetrics } from './families/server.ts';
import { syncMetrics } from './families/sync.ts';

/** All there are; docs/operations/monitoring.md has each. */
export const metrics: readonly Metric[] = [
  ...serverMetrics,
  ...syncMetrics,
  ...documentMetrics,
  ...automergeMetrics,
  ...accessMetrics,
  ...reportMetrics,
];
