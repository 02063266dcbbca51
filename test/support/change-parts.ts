import { ByteCursor } from '../../src/core/format/byte-cursor.ts';
import { craftChunk, leb128 } from './crafted-sync.ts';

/** A change taken apart, to be put together in another way. */
export interface ChangeParts {
  dependencies: Uint8Array[];
  actor: Uint8Array;
  seq: number;
  startOp: number;
  /** As encoded. */
  time: Uint8Array;
  message: Uint8Array;
  otherActors: Uint8Array[];
  columns: { specification: number; bytes: number[] }[];
  extra: Uint8Array;
}

const hashBytes = 32;

/** The parts of the body of a change. */
export function partsOf(body: Uint8Array): ChangeParts {
  const cursor = new ByteCursor(body);
  const many = <Item>(read: () => Item): Item[] => Array.from({ length: cursor.unsigned() }, read);
  const prefixed = (): Uint8Array => cursor.take(cursor.unsigned());
  const dependencies = many(() => cursor.take(hashBytes));
  const [actor, seq, startOp] = [prefixed(), cursor.unsigned(), cursor.unsigned()];
  const timeAt = cursor.position;
  cursor.skipSigned();
  const time = body.subarray(timeAt, cursor.position);
  const [message, otherActors] = [prefixed(), many(prefixed)];
  const announced = many(() => ({ specification: cursor.unsigned(), length: cursor.unsigned() }));
  const columns = announced.map(({ specification, length }) => ({
    specification,
    bytes: [...cursor.take(length)],
  }));
  return {
    dependencies,
    actor,
    seq,
    startOp,
    time,
    message,
    otherActors,
    columns,
    extra: cursor.take(cursor.rest),
  };
}

/** A change of these parts, whole, with its checksum. */
export function craftChange(parts: ChangeParts): Uint8Array {
  const prefixed = (bytes: Uint8Array): readonly number[] => [...leb128(bytes.length), ...bytes];
  const columns = parts.columns.filter(({ bytes }) => bytes.length > 0);
  const body = [
    ...leb128(parts.dependencies.length),
    ...parts.dependencies.flatMap((dependency) => [...dependency]),
    ...prefixed(parts.actor),
    ...leb128(parts.seq),
    ...leb128(parts.startOp),
    ...parts.time,
    ...prefixed(parts.message),
    ...leb128(parts.otherActors.length),
    ...parts.otherActors.flatMap(prefixed),
    ...leb128(columns.length),
    ...columns.flatMap(({ specification, bytes }) => [...leb128(specification), ...leb128(bytes.length)]),
    ...columns.flatMap(({ bytes }) => bytes),
    ...parts.extra,
  ];
  return craftChunk(1, Uint8Array.from(body));
}
