const deepest = 8;
const mostItems = 10_000;
const majorText = 3;
const majorTag = 6;
const majorSimple = 7;

/**
 * Why these bytes are not one CBOR item (RFC 8949) of the plain kind that clients send, or undefined where they
 * are. cbor-x also decodes tags by which a few bytes refer to, repeat and copy others without end, and typed
 * arrays, dates and classes: nothing of that gets as far as it.
 */
export function whyNotPlainCbor(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** How many items each open list or map still lacks; a map of n entries has 2 n. */
  const open = [1];
  let items = 0;
  let offset = 0;
  for (;;) {
    while (open.at(-1) === 0) open.pop();
    const missing = open.pop();
    if (missing === undefined) return offset === bytes.length ? undefined : 'more follows the frame';
    open.push(missing - 1);
    items += 1;
    if (items > mostItems) return 'it has too many items';
    const head = readHead(view, offset);
    if (typeof head === 'string') return head;
    offset = head.end;
    if (head.children > 0) open.push(head.children);
    if (open.length > deepest) return 'it nests too deeply';
  }
}

/** One item's first bytes, and its content where that is no item. */
function readHead(view: DataView, offset: number): { children: number; end: number } | string {
  if (offset >= view.byteLength) return 'it is cut off';
  const first = view.getUint8(offset);
  const major = first >> 5;
  const argument = readArgument(view, offset + 1, first & 0x1f);
  if (argument === undefined) return 'it is cut off, or of a length that is not told at its start';
  if (major === majorTag) return 'it has a tag';
  if (major < 2 || major === majorSimple) return { children: 0, end: argument.end };
  if (major > majorText) return { children: argument.value * (major - majorText), end: argument.end };
  const end = argument.end + argument.value;
  return end <= view.byteLength ? { children: 0, end } : 'it is cut off';
}

/** The number an item begins with (RFC 8949 §3); undefined where it is cut off, of indefinite length or reserved. */
function readArgument(
  view: DataView,
  offset: number,
  short: number,
): { value: number; end: number } | undefined {
  const firstLong = 24;
  if (short < firstLong) return { value: short, end: offset };
  const size = 2 ** (short - firstLong);
  const end = offset + size;
  if (size > 8 || end > view.byteLength) return undefined;
  if (size === 1) return { value: view.getUint8(offset), end };
  if (size === 2) return { value: view.getUint16(offset), end };
  if (size === 4) return { value: view.getUint32(offset), end };
  return { value: Number(view.getBigUint64(offset)), end };
}
