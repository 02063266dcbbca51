/**
 * The signature that macOS wants of a program: the hash of each page of the file (`cs_blobs.h` of XNU). An ad-hoc one
 * names nobody; it says that the file is whole. Big-endian.
 */
import { createHash } from 'node:crypto';
import { readMachO, segmentFields, signatureSizeField, type MachO } from './mach-o.ts';

const superBlobMagic = 0xfade0cc0;
const codeDirectoryMagic = 0xfade0c02;
const superBlobBytes = 20;
const codeDirectoryBytes = 88;
/** With the limits of the executable segment. */
const version = 0x20400;
/** `CS_ADHOC`, and `CS_LINKER_SIGNED`: made by a tool, and to be replaced by who wants to sign. */
const flags = 0x20002;
const sha256Type = 2;
const hashBytes = 32;
const pageBits = 12;
const pageBytes = 1 << pageBits;
const mainBinary = 1n;

/** What is wrong with the signature of a Mach-O file, in a few words; undefined where each page is as it was signed. */
export function signatureProblem(bytes: Buffer): string | undefined {
  const program = readMachO(bytes);
  if (!program) return 'there is no place for a signature';
  const { offset, sizeBytes } = program.signature;
  if (offset + sizeBytes !== bytes.length) return 'it does not end where the file ends';
  const blob = bytes.subarray(offset);
  const directory = codeDirectoryOf(blob);
  if (!directory) return 'it has no code directory';
  const [hashesAt, pages, limit] = [16, 28, 32].map((at) => directory.readUInt32BE(at));
  if (hashesAt === undefined || pages === undefined || limit !== offset)
    return 'it does not cover the whole file';
  const hashes = directory.subarray(hashesAt, hashesAt + pages * hashBytes);
  const expected = pageHashes(bytes.subarray(0, limit), 1 << directory.readUInt8(39));
  return hashes.equals(expected) ? undefined : 'pages differ from what was signed';
}

/** The file with an ad-hoc signature in place of the one it has. The same bytes give the same signature. */
export function signAdHoc(bytes: Buffer, identifier: string): Buffer {
  const program = readMachO(bytes);
  if (!program) throw new Error('This is no Mach-O file with a place for a signature.');
  const { offset } = program.signature;
  const pages = Math.ceil(offset / pageBytes);
  const name = Buffer.from(`${identifier}\0`);
  const sizeBytes = superBlobBytes + codeDirectoryBytes + name.length + pages * hashBytes;
  const code = withRoomFor(bytes.subarray(0, offset), program, sizeBytes);
  const directory = codeDirectory({ code, name, pages, textBytes: program.text.sizeBytes });
  const superBlob = Buffer.alloc(superBlobBytes);
  [superBlobMagic, sizeBytes, 1, 0, superBlobBytes].forEach((word, index) =>
    superBlob.writeUInt32BE(word, index * 4),
  );
  return Buffer.concat([code, superBlob, directory]);
}

/** The signature's own size is in what it signs. */
function withRoomFor(bytes: Buffer, { linkEdit, signature }: MachO, sizeBytes: number): Buffer {
  const code = Buffer.from(bytes);
  code.writeUInt32LE(sizeBytes, signature.commandAt + signatureSizeField);
  const fileBytes = signature.offset + sizeBytes - linkEdit.offset;
  const memoryBytes = Math.ceil(fileBytes / pageBytes) * pageBytes;
  code.writeBigUInt64LE(BigInt(memoryBytes), linkEdit.commandAt + segmentFields.memorySize);
  code.writeBigUInt64LE(BigInt(fileBytes), linkEdit.commandAt + segmentFields.fileSize);
  return code;
}

interface Signed {
  readonly code: Buffer;
  readonly name: Buffer;
  readonly pages: number;
  readonly textBytes: number;
}

function codeDirectory({ code, name, pages, textBytes }: Signed): Buffer {
  const head = Buffer.alloc(codeDirectoryBytes);
  const hashesAt = codeDirectoryBytes + name.length;
  const words = [
    codeDirectoryMagic,
    hashesAt + pages * hashBytes,
    version,
    flags,
    hashesAt,
    codeDirectoryBytes,
  ];
  [...words, 0, pages, code.length].forEach((word, index) => head.writeUInt32BE(word, index * 4));
  head.set([hashBytes, sha256Type, 0, pageBits], 36);
  head.writeBigUInt64BE(BigInt(textBytes), 72);
  head.writeBigUInt64BE(mainBinary, 80);
  return Buffer.concat([head, name, pageHashes(code, pageBytes)]);
}

/** The last page ends with the file: nothing is added to it. */
function pageHashes(code: Buffer, sizeBytes: number): Buffer {
  const hashes: Buffer[] = [];
  for (let at = 0; at < code.length; at += sizeBytes) {
    hashes.push(
      createHash('sha256')
        .update(code.subarray(at, at + sizeBytes))
        .digest(),
    );
  }
  return Buffer.concat(hashes);
}

function codeDirectoryOf(blob: Buffer): Buffer | undefined {
  if (blob.readUInt32BE(0) !== superBlobMagic) return undefined;
  for (let index = 0; index < blob.readUInt32BE(8); index++) {
    const part = blob.subarray(blob.readUInt32BE(16 + index * 8));
    if (part.readUInt32BE(0) === codeDirectoryMagic) return part;
  }
  return undefined;
}
