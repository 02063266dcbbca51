/** 64-bit Mach-O files, as `mach-o/loader.h` describes them: what is needed to sign one. Little-endian. */
export interface MachO {
  readonly arch: string;
  /** `__TEXT`, where the code is, and `__LINKEDIT`, the end of the file, in which the signature lies. */
  readonly text: Segment;
  readonly linkEdit: Segment;
  readonly signature: { readonly commandAt: number; readonly offset: number; readonly sizeBytes: number };
}

interface Segment {
  /** Where its load command is. */
  readonly commandAt: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Where a segment's command has its sizes: in memory, and in the file. */
export const segmentFields = { memorySize: 32, fileSize: 48 } as const;
/** Where the command that points at the signature has its size. */
export const signatureSizeField = 12;

const magic = 0xfeedfacf;
const headerBytes = 32;
const segmentCommand = 0x19;
const signatureCommand = 0x1d;
const architectures: Readonly<Record<number, string>> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };

/** Undefined where it is none, or has no place for a signature. */
export function readMachO(bytes: Buffer): MachO | undefined {
  if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== magic) return undefined;
  const segments = new Map<string, Segment>();
  let signature: MachO['signature'] | undefined;
  let at = headerBytes;
  for (let index = 0; index < bytes.readUInt32LE(16); index++) {
    const command = bytes.readUInt32LE(at);
    if (command === segmentCommand) {
      const name = bytes.toString('latin1', at + 8, at + 24).replaceAll('\0', '');
      const offset = Number(bytes.readBigUInt64LE(at + 40));
      segments.set(name, { commandAt: at, offset, sizeBytes: Number(bytes.readBigUInt64LE(at + 48)) });
    }
    if (command === signatureCommand) {
      const [offset, sizeBytes] = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + signatureSizeField)];
      signature = { commandAt: at, offset, sizeBytes };
    }
    at += bytes.readUInt32LE(at + 4);
  }
  const [text, linkEdit] = [segments.get('__TEXT'), segments.get('__LINKEDIT')];
  if (!text || !linkEdit || !signature) return undefined;
  return { arch: architectures[bytes.readUInt32LE(4)] ?? 'another', text, linkEdit, signature };
}
