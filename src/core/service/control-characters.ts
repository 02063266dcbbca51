import { Failure } from '../failure.ts';
import { escapeUnprintable } from '../../platform/escape.ts';

/** A unit and a list of steps are lines of text: a path with a line of its own would say something else there. */
export function refuseControl(path: string): void {
  const why = whyControl(path);
  if (why !== undefined) throw new Failure('Usage', why);
}

export function whyControl(path: string): string | undefined {
  // oxlint-disable-next-line no-control-regex
  if (!/[\u0000-\u001f\u007f]/.test(path)) return undefined;
  return `The path ${escapeUnprintable(path)} has a line break or another control character in it. Use a folder without one.`;
}
