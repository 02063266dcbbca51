import { Terminal } from '@xterm/headless';
import type { Cast } from './cast.ts';

/** Letters of one look in a row. */
export interface Run {
  readonly column: number;
  readonly text: string;
  /** Hex, or a number of the palette; undefined where it is the usual one. */
  readonly colour: string | number | undefined;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

export type Row = readonly Run[];

/** What the terminal shows from a moment on. */
export interface Screen {
  readonly at: number;
  readonly rows: readonly Row[];
}

/** Every screen of a recording, each different from the one before. */
export async function playCast({ columns, rows, shown }: Cast): Promise<readonly Screen[]> {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  const screens: Screen[] = [];
  for (const { at, text } of shown) {
    await new Promise<void>((done) => terminal.write(text, done));
    const screen = { at, rows: Array.from({ length: rows }, (_, row) => readRow(terminal, row)) };
    const before = screens.at(-1);
    if (!Bun.deepEquals(before?.rows, screen.rows)) screens.push(screen);
  }
  terminal.dispose();
  return screens;
}

function readRow(terminal: Terminal, number: number): Row {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + number);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column++) {
    const cell = line?.getCell(column);
    const text = cell?.getChars() || ' ';
    if (!cell || cell.getWidth() === 0) continue;
    const look = {
      colour: cell.isFgDefault() ? undefined : cell.isFgRGB() ? hexOf(cell.getFgColor()) : cell.getFgColor(),
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
    };
    const last = runs.at(-1);
    const isSame =
      last && last.colour === look.colour && last.isBold === look.isBold && last.isDim === look.isDim;
    if (isSame) runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ column, text, ...look });
  }
  return runs.map((run) => ({ ...run, text: run.text.trimEnd() })).filter(({ text }) => text !== '');
}

function hexOf(colour: number): string {
  return `#${colour.toString(16).padStart(6, '0')}`;
}
