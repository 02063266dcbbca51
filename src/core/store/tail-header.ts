/** How the file of a tail begins: what it is, with its version, and the salt of all checksums in it. */
const magic = Buffer.from('gmtail01', 'latin1');
export const tailHeaderBytes = magic.length + 8;

export function encodeTailHeader(salt: bigint): Buffer {
  const header = Buffer.alloc(tailHeaderBytes);
  magic.copy(header);
  header.writeBigUInt64LE(salt, magic.length);
  return header;
}

/** Whether a file begins as that of this salt does. */
export function hasTailHeader(bytes: Buffer, salt: bigint): boolean {
  return bytes.subarray(0, tailHeaderBytes).equals(encodeTailHeader(salt));
}
