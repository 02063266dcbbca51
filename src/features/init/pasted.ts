/** Turns the direction of text, or is the mark of an encoding: apps put these around names that are copied. */
const invisible = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/gu;

/** A name as the person sees it, without what came along unseen. */
export function withoutMarks(text: string): string {
  return text.replaceAll(invisible, '').trim();
}
