import { open, type FileHandle } from 'node:fs/promises';
import type { ListFacts } from './manifest.ts';

const bufferBytes = 64 * 1024;

/** Writes a list of JSON lines, and learns what the manifest says of it. */
export class ListWriter implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #hasher = new Bun.CryptoHasher('sha256');
  #waiting: string[] = [];
  #waitingLength = 0;
  #count = 0;
  #sizeBytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<ListWriter> {
    return new ListWriter(await open(path, 'wx', 0o600));
  }

  async add(entry: object): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`;
    this.#waiting.push(line);
    this.#waitingLength += line.length;
    this.#count += 1;
    if (this.#waitingLength >= bufferBytes) await this.#write();
  }

  async finish(): Promise<ListFacts> {
    await this.#write();
    return { count: this.#count, bytes: this.#sizeBytes, sha256: this.#hasher.digest('hex') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #write(): Promise<void> {
    const bytes = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#hasher.update(bytes);
    this.#sizeBytes += bytes.length;
    await this.#file.writeFile(bytes);
  }
}
