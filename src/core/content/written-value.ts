import type { Json } from './json.ts';

const mostBytes = 16;

/** `bytes(1,234) 89504e47…`: how many, and the first of them. */
export function bytesText(bytes: Uint8Array): string {
  return describeBytes(bytes.length, bytes);
}

export function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? outOfRange : date.toISOString();
}

/** What `toJson` wrote as an object with one `$` key, as a person reads it; undefined of every other value. */
export function writtenText(map: { readonly [key: string]: Json }): string | undefined {
  const [name, ...others] = Object.keys(map);
  const written = name === undefined || others.length > 0 ? undefined : map[name];
  if (name === '$date' && written === null) return outOfRange;
  if (typeof written !== 'string') return undefined;
  switch (name) {
    case '$bytes':
      return base64Text(written);
    case '$date':
    case '$integer':
    case '$float':
      return written;
    case undefined:
    default:
      return undefined;
  }
}

const outOfRange = 'a date out of range';
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Only the beginning is decoded: there may be megabytes. A document of its own making may hold what is no base64. */
function base64Text(text: string): string | undefined {
  if (text.length % 4 !== 0 || !base64.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  const length = (text.length / 4) * 3 - padding;
  const first = Uint8Array.fromBase64(text.slice(0, (mostBytes + 2) * 2));
  return describeBytes(length, first);
}

function describeBytes(length: number, first: Uint8Array): string {
  const more = length > mostBytes ? '…' : '';
  return `bytes(${length.toLocaleString('en-US')}) ${first.subarray(0, mostBytes).toHex()}${more}`.trimEnd();
}
