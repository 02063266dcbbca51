import { join, resolve } from 'node:path';
import { readCandidate, type Candidate } from './env-file-search.ts';

const longestName = 255;

/** What a unit calls the copy of a file that systemd hands to its service: after its path, so that no other is taken for it. */
export function credentialName(path: string): string {
  return path
    .replace(/^\//, '')
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .slice(-longestName);
}

/**
 * A file as systemd handed it to the service that this is (`LoadCredential=`, `man 5 systemd.exec`), read by whoever
 * started the service. Undefined where it did not: no such file was there, or the copy is out of reach, as in a
 * container that mounts nothing.
 */
export function readHandedOver(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Candidate | undefined {
  const folder = environment['CREDENTIALS_DIRECTORY'];
  if (!folder) return undefined;
  const copy = readCandidate(join(folder, credentialName(resolve(path))));
  return copy.kind === 'file' && copy.text.trim() !== '' ? copy : undefined;
}
