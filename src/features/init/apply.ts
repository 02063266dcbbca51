import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { ChangedMeanwhile, makeFolder, writeTogether } from '../../platform/files.ts';
import { filesOf, privateFolder, type Plan } from './plan.ts';

const openFolder = 0o755;

/** Carries the plan out, wholly or not at all. Synchronous, so that no signal finds it half done. */
export function applyPlan(plan: Plan, write: typeof writeTogether = writeTogether): void {
  const undo: (() => void)[] = [];
  try {
    // The service of the machine must get through to what is its own.
    const modeAbove = plan.service === 'system' ? openFolder : privateFolder;
    undo.push(makeFolder(dirname(plan.envFile.path), { mode: modeAbove }));
    undo.push(makeFolder(plan.dataDirectory, { mode: privateFolder, modeAbove }));
    undo.push(makePrivate(plan.dataDirectory));
    write(filesOf(plan).filter(({ fate }) => fate === 'write'));
  } catch (error) {
    for (const step of undo.toReversed()) step();
    if (error instanceof ChangedMeanwhile) {
      throw new Failure('Busy', `Nothing was written: ${error.message}. Run init again.`, { cause: error });
    }
    const why = error instanceof Error ? error.message : 'an unknown error';
    throw new Failure('StoreUnavailable', `Nothing was written: ${why}.`, { cause: error });
  }
}

/** Gives what makes the folder as open again as it was. */
function makePrivate(folder: string): () => void {
  const before = statSync(folder).mode & 0o777;
  if (before === privateFolder) return () => {};
  chmodSync(folder, privateFolder);
  return () => chmodSync(folder, before);
}
