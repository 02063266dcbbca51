import { readFileSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { hasErrorCode } from './error-code.ts';
import { hasTailHeader } from './tail-header.ts';
import { recoverTail, type RecoveredChange } from './tail-recovery.ts';

/** The bytes of a tail file; undefined where there is none. */
export function readTailFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * What a tail file has, of which the database says that this is its salt. `StoreDamaged` where it is gone, another,
 * or so damaged that nobody knows which documents lack something. An empty file is the owner's word to go on without.
 */
export function recoverTailFile(
  path: string,
  bytes: Buffer | undefined,
  salt: bigint,
): readonly RecoveredChange[] {
  if (bytes?.length === 0) return [];
  const { changes, unknownCount } = recoverTail(bytes ?? Buffer.alloc(0), salt);
  if (unknownCount > 0) throw lost(path, `${unknownCount} of the changes in ${path} are damaged`);
  const isOurs = changes.length > 0 || (bytes !== undefined && hasTailHeader(bytes, salt));
  if (!isOurs)
    throw lost(path, `The newest changes were in ${path}, and that is ${bytes ? 'another file' : 'gone'}`);
  return changes;
}

function lost(path: string, what: string): Failure {
  return new Failure(
    'StoreDamaged',
    `${what}; nobody knows of which documents. Keep a copy of all, and bring ${path} back; or, to go on without what was in it, put an empty file in its place: what your devices have comes back from them.`,
  );
}
