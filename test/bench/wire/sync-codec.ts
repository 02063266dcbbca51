/** What the benchmarks read of a sync message. Hashes are hex digits. */
export interface SyncMessage {
  readonly heads: readonly string[];
  /** Of version 1 a change each, of version 2 chunks one after the other. */
  readonly changes: readonly Buffer[];
}

export interface Chunk {
  readonly kind: 'document' | 'change';
  /** The first four bytes of its hash, in hex digits. */
  readonly checksum: string;
}

const version1 = 0x42;
const version2 = 0x43;
const hashBytes = 32;
const magicBytes = 4;
/** That both versions are understood, and no flag. */
const capabilities = Buffer.from([2, 2, 0x84]);

/** What a peer that has nothing says first. */
export const emptyMessage = encodeSync({ heads: [], lastSync: [], changes: [] });

export function decodeSync(bytes: Buffer): SyncMessage {
  const cursor = new Cursor(bytes, 1);
  const heads = cursor.hashes();
  cursor.hashes();
  for (let left = cursor.unsigned(); left > 0; left -= 1) {
    cursor.hashes();
    cursor.take(cursor.unsigned());
  }
  const changes = Array.from({ length: cursor.unsigned() }, () => cursor.take(cursor.unsigned()));
  return { heads, changes };
}

/** As a client says it that has these heads, and had `lastSync` in common with the other side. */
export function encodeSync(message: SyncMessage & { readonly lastSync: readonly string[] }): Buffer {
  const { heads, lastSync, changes } = message;
  return Buffer.concat([
    Buffer.from([changes.length > 0 ? version2 : version1]),
    encodeHashes(heads),
    Buffer.from([0, 1]),
    encodeHashes(lastSync),
    Buffer.from([0]),
    encodeUnsigned(changes.length),
    ...changes.flatMap((change) => [encodeUnsigned(change.length), change]),
    capabilities,
  ]);
}

/** What Automerge said first of a document, sent again with the whole document, as a client does on the second round. */
export function withDocument(firstMessage: Buffer, saved: Buffer): Buffer {
  const noChanges = 1 + capabilities.length;
  return Buffer.concat([
    Buffer.from([version2]),
    firstMessage.subarray(1, -noChanges),
    Buffer.from([1]),
    encodeUnsigned(saved.length),
    saved,
    capabilities,
  ]);
}

/** The chunks that lie one after the other in these bytes. */
export function readChunks(bytes: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  const cursor = new Cursor(bytes, 0);
  while (!cursor.isAtEnd) {
    cursor.take(magicBytes);
    const checksum = cursor.take(4).toString('hex');
    const kind = cursor.unsigned() === 0 ? 'document' : 'change';
    cursor.take(cursor.unsigned());
    chunks.push({ kind, checksum });
  }
  return chunks;
}

function encodeHashes(hashes: readonly string[]): Buffer {
  return Buffer.concat([encodeUnsigned(hashes.length), ...hashes.map((hash) => Buffer.from(hash, 'hex'))]);
}

/** LEB128. */
function encodeUnsigned(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 0x80) | 0x80);
  }
}

class Cursor {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes.readUInt8(this.#at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  take(length: number): Buffer {
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  hashes(): readonly string[] {
    return Array.from({ length: this.unsigned() }, () => this.take(hashBytes).toString('hex'));
  }
}
