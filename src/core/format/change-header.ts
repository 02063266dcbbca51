import type { ByteCursor } from './byte-cursor.ts';
import { isText } from './text.ts';
import { UnsoundError } from './unsound-error.ts';

/** What a change says of itself before its operations. */
export interface ChangeHeader {
  /** Hashes of the changes it was made on top of, hex, each once. */
  readonly dependencies: readonly string[];
  /** Who made it, hex. */
  readonly actor: string;
  /** Its number among the changes of its actor, from 1. */
  readonly seq: number;
  /** The counter of its first operation. */
  readonly startOp: number;
  /** Unix time; clients say it in seconds. */
  readonly time: number;
  readonly message: string | undefined;
  /** Whose operations its own refer to, hex, ascending. */
  readonly otherActors: readonly string[];
}

const hashBytes = 32;
/** As many as there were writers at once. */
const mostOtherActors = 10_000;
const mostDependencies = 10_000;
/** Automerge makes ids of 16. */
const mostActorBytes = 256;
const mostSequence = 0xffffffff;
const utf8 = new TextDecoder();
const none: readonly string[] = [];

/** Reads the header of a change; throws `CutOffError`, or `UnsoundError` where Automerge writes none like it. */
export function readChangeHeader(cursor: ByteCursor): ChangeHeader {
  const dependencies = readDependencies(cursor);
  const actor = readActor(cursor);
  const seq = cursor.unsigned();
  const startOp = cursor.unsigned();
  if (seq < 1 || seq > mostSequence || startOp < 1) throw new UnsoundError('its numbers are none');
  const time = cursor.signed();
  const message = readMessage(cursor);
  const otherActors = readOtherActors(cursor, actor);
  return { dependencies, actor, seq, startOp, time, message, otherActors };
}

function readDependencies(cursor: ByteCursor): readonly string[] {
  const count = cursor.unsigned();
  if (count > mostDependencies) throw new UnsoundError('it has more dependencies than there are writers');
  const dependencies: string[] = [];
  for (let left = count; left > 0; left -= 1) dependencies.push(cursor.take(hashBytes).toHex());
  if (count > 1 && new Set(dependencies).size < count) throw new UnsoundError('it names a dependency twice');
  return dependencies;
}

function readActor(cursor: ByteCursor): string {
  const length = cursor.unsigned();
  if (length > mostActorBytes) throw new UnsoundError('the id of an actor is too long');
  return cursor.take(length).toHex();
}

function readMessage(cursor: ByteCursor): string | undefined {
  const length = cursor.unsigned();
  if (length === 0) return undefined;
  const bytes = cursor.take(length);
  if (!isText(bytes, 0, length)) throw new UnsoundError('its message is no UTF-8');
  return utf8.decode(bytes);
}

function readOtherActors(cursor: ByteCursor, own: string): readonly string[] {
  const count = cursor.unsigned();
  if (count === 0) return none;
  if (count > mostOtherActors) throw new UnsoundError('it names more actors than there are writers');
  const actors: string[] = [];
  let last: string | undefined;
  for (let left = count; left > 0; left -= 1) {
    const actor = readActor(cursor);
    if (actor === own || (last !== undefined && actor <= last))
      throw new UnsoundError('its actors are not in order');
    actors.push(actor);
    last = actor;
  }
  return actors;
}
