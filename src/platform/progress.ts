import { formatBytes } from './format.ts';
import type { Terminal } from './terminal.ts';

const barWidth = 24;
const drawEveryMs = 100;
const clearLine = '\r\u001B[2K';

/** How far a long piece of work is. What is done in parts of a known whole is drawn as a bar. */
export interface Progress extends Disposable {
  /** `done` of `total`, in whatever unit the work has; `label` is what it is at. */
  show(done: number, total: number, label: string): void;
}

/** What the work is measured in. */
export type ProgressUnit = 'items' | 'bytes';

export interface ProgressOptions {
  readonly terminal: Pick<Terminal, 'draw' | 'width'>;
  /** Milliseconds that only go forward. */
  readonly elapsed: () => number;
  readonly unit: ProgressUnit;
}

/**
 * A bar on the person's terminal, drawn at most ten times a second and gone when it is disposed. Where stderr is no
 * terminal, or with --quiet, nothing is drawn at all: a log of a bar is noise.
 */
export function startProgress({ terminal, elapsed, unit }: ProgressOptions): Progress {
  const draw = terminal.draw;
  if (draw === undefined) return { show() {}, [Symbol.dispose]() {} };
  let drawnAt = -Infinity;
  return {
    show(done, total, label) {
      const now = elapsed();
      if (now - drawnAt < drawEveryMs) return;
      drawnAt = now;
      draw(clearLine + barOf({ done, total, label, unit, width: terminal.width }));
    },
    [Symbol.dispose]() {
      if (drawnAt !== -Infinity) draw(clearLine);
    },
  };
}

interface Bar {
  readonly done: number;
  readonly total: number;
  readonly label: string;
  readonly unit: ProgressUnit;
  readonly width: number;
}

/** `[########----------------]  33 %  5 of 15  xyz.groundmist.library`, cut to the width. */
function barOf({ done, total, label, unit, width }: Bar): string {
  const part = total > 0 ? Math.min(1, done / total) : 1;
  const filled = Math.floor(part * barWidth);
  const percent = String(Math.floor(part * 100)).padStart(3);
  const amount = unit === 'bytes' ? formatBytes : (value: number) => value.toLocaleString('en-US');
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${percent} %`;
  return `${bar}  ${amount(done)} of ${amount(total)}  ${label}`.slice(0, Math.max(0, width - 1));
}
