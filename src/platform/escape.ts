/**
 * Characters that move a terminal's cursor, start its commands or turn the direction of text:
 * C0 and C1 controls, DEL, bidirectional marks, line separators, the byte order mark, Unicode tags.
 */
const unprintable =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** `text` with each unprintable character as `\uXXXX`, which inside a JSON string means the same. */
export function escapeUnprintable(text: string): string {
  return text.replaceAll(unprintable, (character) => character.split('').map(escapeCodeUnit).join(''));
}

/** The same for a text of several lines. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeUnprintable).join('\n');
}

/** `value` as JSON on one line that is safe to show in a terminal. */
export function printableJson(value: unknown): string {
  return escapeUnprintable(JSON.stringify(value));
}

/** The same over several lines, indented by two. */
export function printableJsonLines(value: unknown): string {
  return escapeLines(JSON.stringify(value, undefined, 2));
}

function escapeCodeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
