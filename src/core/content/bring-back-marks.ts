import { objectAt, textsIn, type Handle } from './typed-value.ts';

/** What Automerge takes where nothing else is said: what is typed at the end of a mark is in it. */
const expand = 'after';

/** Gives every text, whose characters are those of `moment` by now, the marks it had then. */
export function bringBackMarks(handle: Handle, moment: string[]): void {
  for (const { path, text } of textsIn(handle, moment)) {
    const now = objectAt(handle, path);
    if (!now) continue;
    const [present, wanted] = [handle.marks(now.id), handle.marks(text.id, moment)];
    const isKept = (mark: Mark, among: readonly Mark[]): boolean =>
      among.some((other) => Bun.deepEquals(mark, other));
    for (const mark of present.filter((one) => !isKept(one, wanted))) {
      handle.unmark(now.id, { start: mark.start, end: mark.end, expand }, mark.name);
    }
    for (const mark of wanted.filter((one) => !isKept(one, present))) {
      handle.mark(now.id, { start: mark.start, end: mark.end, expand }, mark.name, mark.value);
    }
  }
}

type Mark = ReturnType<Handle['marks']>[number];
