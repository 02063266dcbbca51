import { Failure } from '../../core/failure.ts';
import { unlessAborted } from '../../platform/cancelled.ts';
import { escapeUnprintable, printableJson } from '../../platform/escape.ts';
import { count, formatTime, isoTime } from '../../platform/format.ts';
import type { Terminal } from '../../platform/terminal.ts';
import type { Status } from './status.ts';

export interface Watching {
  ask(): Promise<Status>;
  /** What is shown of an answer. */
  describe(status: Status): string;
  readonly form: 'screen' | 'text' | 'json';
  readonly terminal: Pick<Terminal, 'result' | 'height'>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves when it is time to ask again. */
  pause(signal: AbortSignal): Promise<unknown>;
  readonly signal: AbortSignal;
}

const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';
const home = '\u001B[H';
const clearLine = '\u001B[K';
const clearBelow = '\u001B[J';

/** Asks again and again until the person leaves, also over a restart of the server. Drawn in place on a screen. */
export async function watchStatus(watching: Watching): Promise<void> {
  const { terminal, form, signal } = watching;
  let isEntered = false;
  try {
    for (;;) {
      const text = await untilLeft(signal, look(watching));
      if (text === undefined) return;
      if (form === 'screen') {
        await terminal.result(`${isEntered ? '' : enter}${frame(text, terminal.height)}`);
        isEntered = true;
      } else {
        await terminal.result(form === 'json' ? text : `${text}\n`);
      }
      await untilLeft(signal, watching.pause(signal));
    }
  } finally {
    if (isEntered) await terminal.result(leave);
  }
}

/** One look, whatever comes of it: a server that is being restarted will be back. */
async function look({ ask, describe, form, now }: Watching): Promise<string> {
  try {
    return describe(await ask());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message } = error;
    if (form === 'json') return printableJson({ at: isoTime(now()), error: code, message });
    return `${formatTime(now())}  no status\n\n${escapeUnprintable(message)}`;
  }
}

/** From the first line of the screen; what is left of the last one is cleared. The line after it stays free. */
function frame(text: string, height: number): string {
  const lines = fitLines(text.split('\n'), Math.max(1, height - 1));
  return home + lines.map((line) => line + clearLine).join('\n') + clearBelow;
}

/** The last line says how many more there are, where it is not the only one. */
function fitLines(lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= room || room === 1) return lines.slice(0, room);
  const shown = lines.slice(0, room - 1);
  return [...shown, `… ${count(lines.length - shown.length, 'more line')}`];
}

/** Undefined as soon as the person leaves: that is how watching ends. */
async function untilLeft<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await unlessAborted(signal, work);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
