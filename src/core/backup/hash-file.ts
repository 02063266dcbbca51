import { createReadStream } from 'node:fs';
import { bytesOf } from './pieces.ts';

/** The SHA-256 of a file, lower-case hex. */
export async function hashFile(path: string): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256');
  for await (const piece of bytesOf(createReadStream(path))) hasher.update(piece);
  return hasher.digest('hex');
}
