/** Crockford's base32: no i, l, o, u, which look like others or make words. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const length = 6;

/** Where randomness comes from: so many bytes at each call. */
export type RandomBytes = (sizeBytes: number) => Uint8Array;

/** A name that a person can type: thirty bits. It names, it protects nothing. */
export function makeShortId(randomBytes: RandomBytes): string {
  return [...randomBytes(length)].map((byte) => alphabet.charAt(byte & 31)).join('');
}

/** A short id that `isTaken` does not know. */
export function makeUnusedId(randomBytes: RandomBytes, isTaken: (id: string) => boolean): string {
  for (;;) {
    const id = makeShortId(randomBytes);
    if (!isTaken(id)) return id;
  }
}
