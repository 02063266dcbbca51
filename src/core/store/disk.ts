import { diskRoom, type DiskRoom } from '../../platform/files.ts';
import { formatBytes } from '../../platform/format.ts';
import { Failure } from '../failure.ts';
import { OpenedFiles } from './opened-files.ts';

/** Kept free for everything else on the machine, and for compactions and sign-ins of ours. */
const reservedBytes = 256 * 2 ** 20;
/** A small disk keeps this part of itself instead. */
const reservedPart = 1 / 16;

/** With less than this free on a disk of that size documents are read-only. */
export function leastRoomBytes(sizeBytes: number): number {
  return Math.min(reservedBytes, sizeBytes * reservedPart);
}

/** Room for some days: so many times what is left when documents become read-only. */
const littleRoom = 4;

/** A sentence where there is little room on the disk of `path`, and not so little that documents are read-only already. */
export function warnOfRoom({ freeBytes, sizeBytes }: DiskRoom, path: string): readonly string[] {
  const leastBytes = leastRoomBytes(sizeBytes);
  if (freeBytes < leastBytes || freeBytes >= littleRoom * leastBytes) return [];
  return [
    `Only ${formatBytes(freeBytes)}${roomWords}${path}: below ${formatBytes(leastBytes)} documents become read-only. Make room on it.`,
  ];
}

const roomWords = ' are left on the disk of ';

/** Whether a sentence is one of `warnOfRoom`. */
export function isRoomWarning(sentence: string): boolean {
  return sentence.includes(roomWords);
}

/** Whether documents can be written now, as the stores of one data directory see it together. */
export class Disk {
  /** What is written to: where one of these is not there any more, what is written is lost. */
  readonly opened = new OpenedFiles();
  readonly #askRoom: () => DiskRoom;
  #lastRoom: DiskRoom;
  #isFull = false;
  #broken: Failure | undefined;
  /** Looked at once for each group of writes. */
  #hadRoom = false;

  constructor(room: () => DiskRoom) {
    this.#askRoom = room;
    this.#lastRoom = room();
  }

  /** The disk on which `path` lies. */
  static of(path: string): Disk {
    return new Disk(() => diskRoom(path));
  }

  /** Where the data directory is gone, what there was last. */
  get room(): DiskRoom {
    try {
      this.#lastRoom = this.#askRoom();
    } catch {
      // `whyReadOnly` says that it is gone.
    }
    return this.#lastRoom;
  }

  /**
   * Why nothing new is stored now, a sentence for the owner; undefined where all is well. What room brings back
   * comes back by itself, what an error of the disk ended does not.
   */
  get whyReadOnly(): string | undefined {
    // A quota fills up where the disk has room; the next write that succeeds says that it is over.
    const full = "Documents are not stored: the server's disk, or its share of it, is full.";
    return this.#whyRefused ?? (this.#isFull ? full : undefined);
  }

  /**
   * `StoreReadOnly` while nothing new may be stored, in a sentence that fits a WebSocket close reason (RFC 6455
   * §5.5). Where the last write found no room another is tried.
   */
  refuseIfReadOnly(): void {
    this.#refuseIfFailed();
    if (this.#hadRoom) return;
    this.refuseIfMoved();
    const reason = this.#whyRefused;
    if (reason !== undefined) throw new Failure('StoreReadOnly', reason);
    this.#hadRoom = true;
  }

  /** `StoreReadOnly` once the disk has failed or is another one; what takes little room may still be written on a full one. */
  refuseIfBroken(): void {
    this.#refuseIfFailed();
    this.refuseIfMoved();
  }

  /** `StoreReadOnly` where the data directory is not the one that was opened. */
  refuseIfMoved(): void {
    if (this.opened.findMoved() === undefined) return;
    const sentence =
      'Documents are read-only: the data directory of the server was moved, deleted or replaced.';
    throw new Failure('StoreReadOnly', sentence);
  }

  #refuseIfFailed(): void {
    if (!this.#broken) return;
    // For whoever sends, too: the code of the error is for the owner.
    const sentence =
      'Documents are read-only: the disk of the server has failed, and it has to be started again.';
    throw new Failure('StoreReadOnly', sentence, { cause: this.#broken });
  }

  wrote(): void {
    this.#isFull = false;
    this.#hadRoom = false;
  }

  /** A write found no room. */
  filled(): void {
    this.#isFull = true;
    this.#hadRoom = false;
  }

  /** A write or a sync failed, and nobody knows what is on the disk: only a restart reads it again. */
  broke(failure: Failure): void {
    this.#broken ??= failure;
  }

  get #whyRefused(): string | undefined {
    if (this.#broken) return this.#broken.message;
    const moved = this.opened.findMoved();
    if (moved !== undefined) return describeMoved(moved);
    const { freeBytes, sizeBytes } = this.room;
    const leastBytes = leastRoomBytes(sizeBytes);
    if (freeBytes >= leastBytes) return undefined;
    return `Documents are read-only until ${describe(leastBytes)} are free on the disk of the server.`;
  }
}

function describeMoved(path: string): string {
  return `${path} is not the file any more that the server opened: its data directory was moved, deleted or replaced, and nothing new is stored. Put it back where it was, and it goes on. Where it is gone, stop the server, bring it back from a backup, and start it.`;
}

function describe(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
