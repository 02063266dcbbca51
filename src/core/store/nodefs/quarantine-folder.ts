import { lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isDocumentId, type DocumentId } from '../document-id.ts';
import type { SetAsideChunk, SetAsideOptions } from '../document-store.ts';
import { syncFolder } from '../durable-file.ts';
import { isTaken, type StoreFiles } from './store-files.ts';

const noteSchema = z.object({
  documentId: z.string().refine(isDocumentId),
  reason: z.string(),
  /** The name of its file, below the folder of the document. */
  chunk: z.string(),
  setAsideAt: z.int(),
});

export type QuarantineNote = Readonly<z.infer<typeof noteSchema>>;

/**
 * Chunks that are no longer part of their documents: `<place>.chunk`, the file itself, whatever it is, and
 * `<place>.json`, why. Nothing is ever removed. A note without its chunk was left by a crash and counts for nothing.
 */
export class QuarantineFolder {
  readonly path: string;
  readonly #files: StoreFiles;
  #lastPlace: number;

  constructor(path: string, files: StoreFiles) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    syncFolder(dirname(path));
    this.path = path;
    this.#files = files;
    this.#lastPlace = Math.max(0, ...readdirSync(path).map((name) => Number.parseInt(name, 10) || 0));
  }

  /** Says why a chunk is about to come; its place. */
  async note(note: QuarantineNote): Promise<number> {
    this.#lastPlace += 1;
    const place = this.#lastPlace;
    await this.#files.write(this.#notePath(place), Buffer.from(`${JSON.stringify(note)}\n`));
    return place;
  }

  chunkPath(place: number): string {
    return join(this.path, `${place}.chunk`);
  }

  list({ after = 0, limit }: SetAsideOptions): readonly SetAsideChunk[] {
    return readdirSync(this.path)
      .flatMap((name) => (name.endsWith('.chunk') ? Number.parseInt(name, 10) : []))
      .filter((place) => place > after)
      .toSorted((left, right) => left - right)
      .slice(0, limit)
      .map((place) => this.#describe(place));
  }

  /** Undefined where there is none, or what was set aside was no file. */
  bytes(place: number): Uint8Array | undefined {
    const path = this.chunkPath(place);
    if (!Number.isSafeInteger(place) || !isTaken(path) || !lstatSync(path).isFile()) return undefined;
    return new Uint8Array(readFileSync(path));
  }

  #describe(place: number): SetAsideChunk {
    const note = noteSchema.parse(JSON.parse(readFileSync(this.#notePath(place), 'utf8')));
    const documentId: DocumentId = note.documentId;
    const { size: sizeBytes } = lstatSync(this.chunkPath(place));
    return { place, documentId, reason: note.reason, sizeBytes, setAsideAt: note.setAsideAt };
  }

  #notePath(place: number): string {
    return join(this.path, `${place}.json`);
  }
}
