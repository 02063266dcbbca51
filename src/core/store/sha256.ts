const hashBytes = 32;

/** The SHA-256 of bytes in memory. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const hash = new Uint8Array(hashBytes);
  Bun.SHA256.hash(bytes, hash);
  return hash;
}
