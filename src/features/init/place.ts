import { accessSync, constants, existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { isDataDirectory } from '../../core/store/find-namespaces.ts';
import { parseEnvFile } from '../../platform/env-file.ts';
import { readCandidate } from '../../platform/env-file-search.ts';
import type { Before, Plan } from './plan.ts';

/** Reads what stands where `init` will write. `path` is the env file, by default `.env` here. */
export function readBefore(path: string): Before {
  const folder = dirname(resolve(path));
  if (!isFolder(folder)) throw new Failure('Usage', `There is no folder ${folder}. Make it first.`);
  // A link is followed, so that the file it points to is changed and the link stays.
  const isThere = existsSync(path);
  if (!isThere && lstatSync(path, { throwIfNoEntry: false })) {
    throw new Failure(
      'Usage',
      `${path} is a link to a file that is not there. Make the file or remove the link.`,
    );
  }
  const envFile = isThere ? realpathSync(path) : join(realpathSync(folder), basename(path));
  const candidate = readCandidate(envFile);
  if (candidate.kind === 'unreadable') {
    throw new Failure(
      'Usage',
      `${envFile} is there, but ${candidate.reason}. Move it away or make it readable.`,
    );
  }
  const unit = readCandidate(join(dirname(envFile), 'groundmist.service'));
  if (unit.kind === 'unreadable') {
    throw new Failure(
      'Usage',
      `groundmist.service beside ${envFile} is there, but ${unit.reason}. Move it away.`,
    );
  }
  return {
    envFile,
    entries: candidate.kind === 'file' ? parseEnvFile(candidate.text) : [],
    unit: unit.kind === 'file' ? unit.text : undefined,
  };
}

/** Fails with a sentence where the plan cannot be carried out; nothing is written to find out. */
export async function checkPlan(plan: Plan): Promise<void> {
  const folder = dirname(plan.envFile.path);
  if (!isWritable(folder)) {
    throw new Failure('Usage', `${folder} cannot be written to. Run init in a folder of yours.`);
  }
  const directory = plan.dataDirectory;
  let nearest = directory;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  if (!isFolder(nearest) || !isWritable(nearest)) {
    throw new Failure(
      'Usage',
      `The data directory ${directory} cannot be made: ${nearest} is not a folder you may write to. Choose another with --data-dir.`,
    );
  }
  // It becomes ours alone, mode 0700: done to /etc or a home, that would lock everybody else out.
  const isShared = [folder, '/', homedir()].includes(directory);
  if (isShared || (nearest === directory && !(await isDataDirectory(directory)))) {
    throw new Failure(
      'Usage',
      `${directory} holds other things. Give documents a folder of their own with --data-dir.`,
    );
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
