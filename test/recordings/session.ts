import { eventually } from '../support/eventually.ts';
import type { Cast, Shown } from './cast.ts';

export interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What runs commands as the person of the recording. */
  readonly through: readonly string[];
}

const keyMs = 30;
/** The time of the recording is its own: nobody wants to see how busy the machine was. */
const pauses = { key: 0.06, output: 0.05, thought: 0.9, read: 2.2 };

/** A terminal whose person types commands, and what it shows. */
export class Session {
  readonly #place: Place;
  readonly #columns: number;
  readonly #rows: number;
  readonly #shown: Shown[] = [];
  #at = 0;
  #text = '';

  constructor(place: Place, { columns, rows }: { readonly columns: number; readonly rows: number }) {
    this.#place = place;
    this.#columns = columns;
    this.#rows = rows;
  }

  /** Types a command at the prompt and runs it; `talk` answers what it asks. */
  async run(
    words: readonly string[],
    talk: (dialog: Dialog) => Promise<void> = async () => {},
  ): Promise<void> {
    this.#show(`${this.#shown.length === 0 ? '' : '\r\n'}\u001B[32m$\u001B[0m `);
    this.#wait(pauses.thought);
    for (const letter of words.join(' ')) {
      this.#show(letter);
      this.#wait(pauses.key);
    }
    this.#show('\r\n');
    this.#wait(pauses.output);
    const { env, cwd, through } = this.#place;
    const decoder = new TextDecoder();
    const child = Bun.spawn([...through, ...words], {
      cwd,
      env: { ...env, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
      terminal: {
        cols: this.#columns,
        rows: this.#rows,
        data: (_, bytes) => this.#show(decoder.decode(bytes, { stream: true })),
      },
    });
    const terminal = child.terminal;
    if (!terminal) throw new Error('there is no terminal');
    await talk(
      new Dialog(
        (text) => this.#type(text, (key) => terminal.write(key)),
        (shown) => this.#until(shown),
      ),
    );
    await child.exited;
    terminal.close();
    this.#wait(pauses.read);
  }

  cast(title: string, correct: (text: string) => string): Cast {
    const shown = merge(this.#shown).map(({ at, text }) => ({ at, text: correct(text) }));
    return { columns: this.#columns, rows: this.#rows, title, shown };
  }

  async #type(text: string, press: (key: string) => void): Promise<void> {
    this.#wait(pauses.thought);
    for (const key of text) {
      press(key);
      await Bun.sleep(keyMs);
      this.#wait(pauses.key);
    }
  }

  /** Waits until it shows these words below what was waited for before. */
  async #until(words: string): Promise<void> {
    await eventually(`the terminal shows "${words}"`, () => this.#text.includes(words));
    this.#text = this.#text.slice(this.#text.indexOf(words) + words.length);
    await Bun.sleep(keyMs);
  }

  #show(text: string): void {
    this.#text += text;
    this.#shown.push({ at: this.#at, text });
  }

  #wait(seconds: number): void {
    this.#at += seconds;
  }
}

/** What a person does while a command runs. */
export class Dialog {
  readonly type: (text: string) => Promise<void>;
  readonly until: (words: string) => Promise<void>;

  constructor(type: (text: string) => Promise<void>, until: (words: string) => Promise<void>) {
    this.type = type;
    this.until = until;
  }
}

/** Output in one moment is one event. */
function merge(shown: readonly Shown[]): readonly Shown[] {
  const moments = Map.groupBy(shown, ({ at }) => at);
  return [...moments].map(([at, parts]) => ({ at, text: parts.map(({ text }) => text).join('') }));
}
