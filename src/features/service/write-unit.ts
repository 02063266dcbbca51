import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { makeFolder, writeTogether, type FileToWrite } from '../../platform/files.ts';
import type { ServicePlan } from './plan.ts';

const readableFile = 0o644;
const openFolder = 0o755;

/** The unit where systemd reads it, and where `init` wrote it: both say the same, or neither is written. */
export function unitFiles({ path, text, standing, beside }: ServicePlan): readonly FileToWrite[] {
  const installed = { path, text, mode: readableFile, replaced: standing?.text };
  return beside === undefined
    ? [installed]
    : [installed, { ...installed, path: beside.path, replaced: beside.text }];
}

/** Gives the files that it wrote. */
export function writeUnit(plan: ServicePlan): readonly string[] {
  const files = unitFiles(plan).filter(({ text, replaced }) => text !== replaced);
  try {
    makeFolder(dirname(plan.path), { mode: openFolder });
    writeTogether(files);
    return files.map(({ path }) => path);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'an unknown error';
    throw new Failure('ServiceFailed', `${plan.path} could not be written: ${why}.`, { cause: error });
  }
}
