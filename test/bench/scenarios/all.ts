import { big } from './big.ts';
import { commands } from './commands.ts';
import { fanOut } from './fan-out.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { ingest } from './ingest.ts';
import { kill } from './kill.ts';
import { propagation } from './propagation.ts';
import type { Scenario } from './scenario.ts';
import { slowReader } from './slow-reader.ts';
import { writes } from './writes.ts';

/** In the order of the table. */
export const scenarios: readonly Scenario[] = [
  ingest,
  growth,
  big,
  propagation,
  fanOut,
  idle,
  writes,
  kill,
  slowReader,
  commands,
];
