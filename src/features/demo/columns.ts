import type { Paint, Tone } from '../../platform/colour.ts';
import { cutToWidth, padToWidth } from '../../platform/columns.ts';
import { wrap } from './wrap.ts';

/** Where the other one writes, in a line that is shown. */
export const cursorMark = '▌';

/** What a device shows. */
export interface Pane {
  readonly name: string;
  readonly tone: Tone;
  /** `online` */
  readonly state: string;
  readonly lines: readonly string[];
  /** Below the lines; empty where there is nothing new. */
  readonly news: string;
}

/** Columns of a terminal below which two panes beside one another are too narrow to be read. */
export const narrowestColumns = 72;
const widestPane = 46;
const gap = '  ';
/** The two edges, and the news. */
const frameHeight = 3;

export interface Drawing {
  /** Columns there are for both. */
  readonly width: number;
  readonly paint: Paint;
  /** Lines there are at least: what was drawn before is drawn over. */
  readonly leastHeight?: number;
}

/** Two panes beside one another. */
export function drawColumns(panes: readonly Pane[], drawing: Drawing): readonly string[] {
  const { width, paint, leastHeight = 0 } = drawing;
  const outer = Math.min(widestPane, Math.floor((width - gap.length) / 2));
  const inner = outer - 4;
  const contents = panes.map(({ lines }) => lines.flatMap((line) => wrapItem(line, inner)));
  const height = Math.max(leastHeight - frameHeight, ...contents.map((lines) => lines.length));
  const boxes = panes.map((pane, index) =>
    drawBox(pane, { lines: contents[index] ?? [], height, inner, paint }),
  );
  const [first = []] = boxes;
  return first.map((_, row) => boxes.map((box) => box[row] ?? '').join(gap));
}

interface Frame {
  readonly lines: readonly string[];
  readonly height: number;
  readonly inner: number;
  readonly paint: Paint;
}

function drawBox(
  { name, tone, state, news }: Pane,
  { lines, height, inner, paint }: Frame,
): readonly string[] {
  const side = paint('faint', '│');
  const row = (text: string, shown = text): string => {
    const padding = padToWidth(text, inner).slice(text.length);
    return `${side} ${shown}${padding} ${side}`;
  };
  const rule = '─'.repeat(Math.max(1, inner - Bun.stringWidth(name + state) - 4));
  const top = `${paint('faint', '╭─')} ${paint(tone, name)} ${paint('faint', rule)} ${stateShown(state, paint)} ${paint('faint', '─╮')}`;
  const filled = Array.from({ length: height }, (_, index) => lines[index] ?? '');
  return [
    top,
    ...filled.map((line, index) => row(line, index === 0 ? paint('title', line) : markCursor(line, paint))),
    row(cutToWidth(news, inner), paint('faint', cutToWidth(news, inner))),
    paint('faint', `╰${'─'.repeat(inner + 2)}╯`),
  ];
}

function stateShown(state: string, paint: Paint): string {
  return paint(state === 'online' ? 'good' : 'warning', state);
}

function markCursor(line: string, paint: Paint): string {
  return line.replace(cursorMark, paint('special', cursorMark));
}

/** The lines of an item below one another stand in from its dash. */
function wrapItem(line: string, width: number): readonly string[] {
  return wrap(line, width - 2).map((part, index) => (index === 0 ? part : `  ${part}`));
}
