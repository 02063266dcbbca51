const hashBytes = 32;

/** Hashes one after the other, 32 bytes each. */
export function packHashes(hashes: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * hashBytes);
  for (const [index, hash] of hashes.entries()) {
    bytes.subarray(index * hashBytes, (index + 1) * hashBytes).setFromHex(hash);
  }
  return bytes;
}

/** The hashes that were packed, in lower-case hex. */
export function unpackHashes(bytes: Uint8Array): readonly string[] {
  return Array.from({ length: Math.floor(bytes.length / hashBytes) }, (_, index) =>
    bytes.subarray(index * hashBytes, (index + 1) * hashBytes).toHex(),
  );
}
