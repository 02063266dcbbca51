import { inflateRawSync } from 'node:zlib';

/** What was deflated; undefined where it is more than `limitBytes` or was not deflated. */
export function inflate(deflated: Uint8Array, limitBytes: number): Uint8Array | undefined {
  try {
    return inflateRawSync(deflated, { maxOutputLength: Math.max(1, limitBytes) });
  } catch {
    return undefined;
  }
}
