/** Deflate makes no more of one byte: https://www.rfc-editor.org/rfc/rfc1951, 258 bytes from two bits. */
export const mostInflatedBytes = 1032;
const rawDeflate = { windowBits: -15 } as const;
/** Pieces are put together at the end: few large ones take two thirds of the time. */
const pieceBytes = 2 ** 20;

/** What was deflated; undefined where it is more than `limitBytes` or was not deflated. */
export function inflate(deflated: Uint8Array, limitBytes: number): Uint8Array | undefined {
  try {
    // Half the time for small columns, and no limit of its own: only where none is needed.
    if (deflated.length * mostInflatedBytes <= limitBytes)
      return Bun.inflateSync(plain(deflated), rawDeflate);
    // Loaded where it is needed, which is seldom: with its streams it takes some milliseconds.
    const { inflateRawSync } = process.getBuiltinModule('node:zlib');
    return inflateRawSync(deflated, { maxOutputLength: Math.max(1, limitBytes), chunkSize: pieceBytes });
  } catch {
    return undefined;
  }
}

/** Bun's types ask for memory that is not shared, which is all that arrives here. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
