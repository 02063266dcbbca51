const magic = [0x85, 0x6f, 0x4a, 0x83] as const;

/** A chunk of this type (0 a document, 1 a change) with random content, whole and with its checksum; Automerge refuses it. */
export function forgedChunk(
  type: 0 | 1,
  sizeBytes: number,
): { readonly bytes: Uint8Array; readonly hash: string } {
  const body = crypto.getRandomValues(new Uint8Array(sizeBytes));
  const size = lengthBytes(sizeBytes);
  const frame = Uint8Array.of(type, ...size);
  const hash = new Bun.CryptoHasher('sha256').update(frame).update(body).digest();
  const bytes = Buffer.concat([Uint8Array.from(magic), hash.subarray(0, 4), frame, body]);
  return { bytes, hash: hash.toHex() };
}

/** LEB128. */
function lengthBytes(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...lengthBytes(value >> 7)];
}
