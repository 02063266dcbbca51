import { CutOffError, type ByteCursor } from './byte-cursor.ts';
import { isText } from './text.ts';
import { UnsoundError } from './unsound-error.ts';

/** The types of values, the low four bits of their metadata; the rest is their length in bytes. */
export const nullValue = 0;
const unsignedValue = 3;
const signedValue = 4;
const floatValue = 5;
const textValue = 6;
const counterValue = 8;
const timestampValue = 9;
const typeCount = 16;

export function valueType(metadata: number): number {
  return metadata % typeCount;
}

/** Whether a counter may be increased by a value of this type. */
export function isWholeNumber(type: number): boolean {
  return type === unsignedValue || type === signedValue;
}

/** Passes one value; throws where its bytes are none of its type, as long as announced. */
export function passValue(values: ByteCursor, bytes: Uint8Array, metadata: number): void {
  const length = Math.floor(metadata / typeCount);
  const start = values.position;
  const type = valueType(metadata);
  if (type === unsignedValue) values.skipUnsigned();
  else if (type === signedValue || type === counterValue || type === timestampValue) values.skipSigned();
  else values.skip(length);
  if (values.position - start !== length) throw new CutOffError();
  if (type < unsignedValue && length > 0) throw new UnsoundError('a value has bytes and needs none');
  if (type === floatValue && length !== 8) throw new UnsoundError('a number has not the length of one');
  if (type === textValue && !isText(bytes, start, length)) throw new UnsoundError('a text is no UTF-8');
}
