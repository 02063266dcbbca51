import { isUtf8 } from 'node:buffer';

/** Whether these bytes are UTF-8. Most are ASCII, and are then seen without a view on them being made. */
export function isText(bytes: Uint8Array, start: number, length: number): boolean {
  const end = start + length;
  for (let at = start; at < end; at += 1) {
    if ((bytes[at] ?? 0) >= 0x80) return isUtf8(bytes.subarray(at, end));
  }
  return true;
}
