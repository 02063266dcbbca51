import { chmodSync } from 'node:fs';
import { Failure } from '../../core/failure.ts';
import { makePrivateFolder, writeTogether } from '../../platform/files.ts';
import type { Plan } from './plan.ts';

const secretFile = 0o600;
const readableFile = 0o644;
const privateFolder = 0o700;

/** Carries the plan out, wholly or not at all. Synchronous, so that no signal finds it half done. */
export function applyPlan(plan: Plan): void {
  let undo: (() => void) | undefined;
  try {
    undo = makePrivateFolder(plan.dataDirectory);
    chmodSync(plan.dataDirectory, privateFolder);
    writeTogether([
      { path: plan.unit.path, text: plan.unit.text, mode: readableFile },
      { path: plan.envFile.path, text: plan.envFile.text, mode: secretFile },
    ]);
  } catch (error) {
    undo?.();
    const why = error instanceof Error ? error.message : 'an unknown error';
    throw new Failure('Usage', `Nothing was written: ${why}. Choose a folder that you may write to.`, {
      cause: error,
    });
  }
}
