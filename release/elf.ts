const machines: Readonly<Record<number, string>> = { 62: 'x64', 183: 'arm64' };
const interpreterType = 3;

/** What a 64-bit ELF file asks for (System V ABI, chapters 4 and 5); undefined where it is none. */
export function readElf(bytes: Buffer): { readonly arch: string; readonly interpreter: string } | undefined {
  if (!bytes.subarray(0, 6).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]))) return undefined;
  const headersAt = Number(bytes.readBigUInt64LE(32));
  const headerBytes = bytes.readUInt16LE(54);
  let interpreter = '';
  for (let index = 0; index < bytes.readUInt16LE(56); index++) {
    const at = headersAt + index * headerBytes;
    if (bytes.readUInt32LE(at) !== interpreterType) continue;
    const from = Number(bytes.readBigUInt64LE(at + 8));
    const size = Number(bytes.readBigUInt64LE(at + 32));
    interpreter = bytes.toString('latin1', from, from + size - 1);
  }
  return { arch: machines[bytes.readUInt16LE(18)] ?? 'another', interpreter };
}
