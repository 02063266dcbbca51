import { painter, type Paint } from '../../platform/colour.ts';
import { cutToWidth } from '../../platform/columns.ts';
import { escapeLines } from '../../platform/escape.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { wrap, wrapCommand } from './wrap.ts';

/** A word before lines; `shown` is what it is painted as. */
export interface Label {
  readonly text: string;
  readonly shown: string;
}

type Kind = 'start' | 'heading' | 'prose' | 'command' | 'said' | 'proof' | 'view';

/** Longer lines are hard to read. */
const widest = 80;
const narrowest = 20;
const margin = '  ';

/** Says what happens, in paragraphs that fit the terminal. */
export class Narrator {
  readonly paint: Paint;
  readonly #terminal: Terminal;
  #last: Kind = 'start';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.paint = painter(terminal);
  }

  get width(): number {
    return Math.max(narrowest, Math.min(widest, this.#columns - 1));
  }

  /** Columns there are for what is laid out already. */
  get innerWidth(): number {
    return this.width - margin.length;
  }

  /** Some terminals do not know their width, and say 0. */
  get #columns(): number {
    return this.#terminal.width > 0 ? this.#terminal.width : widest;
  }

  /** The name of a part, with a rule to the edge; `number` is `3/7`. */
  async heading(title: string, number?: string): Promise<void> {
    const before = number === undefined ? '── ' : `── ${number}  `;
    const rule = '─'.repeat(Math.max(0, this.width - Bun.stringWidth(`${before}${title} `)));
    const { paint } = this;
    await this.#print('heading', [
      `${paint('faint', before)}${paint('title', title)} ${paint('faint', rule)}`,
    ]);
  }

  async say(text: string): Promise<void> {
    await this.#print('prose', this.#paragraph(text, margin, margin));
  }

  /** Something that was looked at and found to be so. */
  async prove(text: string): Promise<void> {
    const [first = '', ...rest] = this.#paragraph(text, '', `${margin}  `);
    await this.#print('proof', [`${margin}${this.paint('good', '✓')} ${first}`, ...rest]);
  }

  /** A command as a person types it: each word quoted where a shell needs it. */
  async command(words: readonly string[]): Promise<void> {
    const lines = wrapCommand(words, this.width - 6);
    await this.#print(
      'command',
      lines.map(
        (line, index) =>
          `${margin}${this.paint('faint', index === 0 ? '$' : ' ')} ${this.paint('title', line)}`,
      ),
    );
  }

  /** What a command printed: sentences. */
  async output(text: string): Promise<void> {
    await this.#print('command', this.#sentences(text));
  }

  /** What the server says to its owner, or the demo gives them to look at. */
  async said(text: string): Promise<void> {
    await this.#print('said', this.#sentences(text));
  }

  /** What a command printed in columns: lines that are too long for the screen are cut. */
  async table(text: string): Promise<void> {
    const room = this.#terminal.isScreen ? this.#columns - 5 : Infinity;
    const lines = text.split('\n').map((line) => (line === '' ? '' : `${margin}  ${cutToWidth(line, room)}`));
    await this.#print('command', lines);
  }

  /** Lines after a label, which stands before the first of them. */
  async entry(label: Label, lines: readonly string[]): Promise<void> {
    const indent = margin + ' '.repeat(label.text.length);
    const wrapped = lines.flatMap((line) => this.#paragraph(line, indent, `${indent}  `));
    const [first = '', ...rest] = wrapped;
    await this.#print('view', [margin + label.shown + first.slice(indent.length), ...rest]);
  }

  /** Lines that are laid out already. */
  async lines(lines: readonly string[]): Promise<void> {
    await this.#print(
      'view',
      lines.map((line) => margin + line),
    );
  }

  /** Draws over `before`, which were the last lines. */
  async redraw(lines: readonly string[], before: readonly string[]): Promise<void> {
    const shown = lines.map((line) => `${margin}${line}\u001B[K`);
    const rows = this.#rowsOf(before);
    const clear = rows === lines.length ? '' : '\u001B[J';
    await this.#terminal.result(`\u001B[${rows}A${clear}${shown.join('\n')}`);
  }

  /** A screen that has become narrower since they were written has broken them. */
  #rowsOf(lines: readonly string[]): number {
    const rows = lines.map((line) => Math.ceil(Bun.stringWidth(margin + line) / this.#columns));
    return rows.reduce((sum, count) => sum + count, 0);
  }

  #sentences(text: string): readonly string[] {
    const indent = `${margin}  `;
    return escapeLines(text)
      .split('\n')
      .flatMap((line) => this.#paragraph(line, indent, indent));
  }

  #paragraph(text: string, first: string, next: string): readonly string[] {
    const room = this.width - Math.max(first.length, next.length);
    return wrap(text, room).map((line, index) => (index === 0 ? first : next) + line);
  }

  async #print(kind: Kind, lines: readonly string[]): Promise<void> {
    const isNew = this.#last !== 'start' && (kind === 'prose' || kind !== this.#last);
    this.#last = kind;
    await this.#terminal.result((isNew ? '\n' : '') + lines.join('\n'));
  }
}
