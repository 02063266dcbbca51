import type { Feature } from './feature.ts';
import { appFeature } from './features/app/feature.ts';
import { authenticateFeature } from './features/authenticate/feature.ts';
import { backupFeature } from './features/backup/feature.ts';
import { completionFeature } from './features/completion/feature.ts';
import { configFeature } from './features/config/feature.ts';
import { demoFeature } from './features/demo/feature.ts';
import { doctorFeature } from './features/doctor/feature.ts';
import { healthFeature } from './features/health/feature.ts';
import { initFeature } from './features/init/feature.ts';
import { inspectFeature } from './features/inspect/feature.ts';
import { manualFeature } from './features/manual/feature.ts';
import { metricsFeature } from './features/metrics/feature.ts';
import { publishFeature } from './features/publish/feature.ts';
import { restoreFeature } from './features/restore/feature.ts';
import { serveFeature } from './features/serve/feature.ts';
import { serviceFeature } from './features/service/feature.ts';
import { statusFeature } from './features/status/feature.ts';
import { syncFeature } from './features/sync/feature.ts';
import { transferFeature } from './features/transfer/feature.ts';
import { verifyFeature } from './features/verify/feature.ts';

/** What groundmist can do, in the order of its help. */
export const features: readonly Feature[] = [
  initFeature,
  serveFeature,
  serviceFeature,
  publishFeature,
  inspectFeature,
  restoreFeature,
  transferFeature,
  verifyFeature,
  backupFeature,
  appFeature,
  statusFeature,
  doctorFeature,
  configFeature,
  demoFeature,
  completionFeature,
  manualFeature,
  authenticateFeature,
  syncFeature,
  healthFeature,
  metricsFeature,
];
