import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isDocumentId, type DocumentId } from '../document-id.ts';
import type { SetAsideChunk, SetAsideOptions } from '../document-store.ts';
import { syncFolder } from '../durable-file.ts';
import { digest } from './chunk-file.ts';
import { isTaken, type StoreFiles } from './store-files.ts';

const noteSchema = z.object({
  documentId: z.string().refine(isDocumentId),
  reason: z.string(),
  /** The name of its file, below the folder of the document. */
  chunk: z.string(),
  setAsideAt: z.int(),
  /** SHA-256 of the file in hex; none where it is no plain file, and of what came before this was kept. */
  sha256: z.string().optional(),
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

  /** Says why a file is about to come; its place. */
  async note(note: QuarantineNote): Promise<number> {
    this.#lastPlace += 1;
    const place = this.#lastPlace;
    const text = `${JSON.stringify(note)}\n`;
    await this.#files.write(this.#notePath(place), Buffer.from(text));
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

/** The places of chunks in a quarantine that are not the bytes that were put there. */
export function changedInQuarantine(path: string): readonly number[] {
  if (!isTaken(path)) return [];
  const places = readdirSync(path).flatMap((name) =>
    /^\d+\.chunk$/.test(name) ? Number.parseInt(name, 10) : [],
  );
  return places.filter((place) => {
    const note = readNote(join(path, `${place}.json`));
    if (note === undefined) return true;
    return note.sha256 !== undefined && note.sha256 !== hashOf(join(path, `${place}.chunk`));
  });
}

/** Gives such a chunk and its note other names: they are there for the owner, and nothing reads them. Gives the names. */
export function renameChanged(path: string): readonly string[] {
  return changedInQuarantine(path).map((place) => {
    for (const name of [`${place}.json`, `${place}.chunk`]) {
      if (isTaken(join(path, name))) renameSync(join(path, name), join(path, `${name}.changed`));
    }
    return join(path, `${place}.chunk.changed`);
  });
}

function readNote(path: string): QuarantineNote | undefined {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Undefined of what is no plain file. */
/** What a note says of the file at `path`; undefined where it is no plain file. */
export function hashOf(path: string): string | undefined {
  return lstatSync(path).isFile() ? digest(readFileSync(path)) : undefined;
}
