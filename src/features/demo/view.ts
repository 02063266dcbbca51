import { cursorMark, drawColumns, narrowestColumns, type Pane } from './columns.ts';
import type { Terminal } from '../../platform/terminal.ts';
import type { Narrator } from './narrator.ts';

/** A device that can be looked at. */
export interface Shown {
  readonly pane: Pane;
  /** Calls `look` whenever the pane has changed; the function returned ends that. */
  watch(look: () => void): () => void;
}

/** What two devices show, while they change it. */
export interface View {
  /** What a person does on a device, where it is not drawn. */
  tell(name: string, what: string): Promise<void>;
  /** The devices have changed. */
  draw(): Promise<void>;
  /** What both show in the end stays. */
  close(): Promise<void>;
}

interface ViewOptions {
  readonly narrator: Narrator;
  /** What the devices show now. */
  readonly look: () => readonly Pane[];
}

interface Place {
  readonly narrator: Narrator;
  readonly options: { readonly terminal: Pick<Terminal, 'isScreen' | 'height'> };
}

/** Shows the devices until `work` is done, and then what they have come to. */
export async function showWhile(
  { narrator, options }: Place,
  shown: readonly Shown[],
  work: (view: View) => Promise<void>,
): Promise<void> {
  const view = openView({ narrator, look: () => shown.map(({ pane }) => pane) }, options.terminal);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const leave = shown.map((one) => one.watch(() => void view.draw().catch(reject)));
  try {
    await view.draw();
    await Promise.race([work(view), failed]);
    await view.close();
  } finally {
    for (const end of leave) end();
  }
}

/** Beside one another, drawn in place while they change; below one another where there is no room or no screen. */
function openView(options: ViewOptions, { isScreen, height }: Place['options']['terminal']): View {
  const hasRoom = options.narrator.width >= narrowestColumns && height >= lowestScreen;
  return isScreen && hasRoom ? new Columns(options) : new Lines(options);
}

class Columns implements View {
  readonly #options: ViewOptions;
  #height = 0;

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  async tell(): Promise<void> {}

  async draw(): Promise<void> {
    const { narrator, look } = this.#options;
    const before = this.#height;
    const { width, paint } = narrator;
    const lines = drawColumns(look(), { width, paint, leastHeight: before });
    this.#height = lines.length;
    if (before === 0) await narrator.lines(lines);
    else await narrator.redraw(lines, before);
  }

  close(): Promise<void> {
    return this.draw();
  }
}

class Lines implements View {
  readonly #options: ViewOptions;

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  async tell(name: string, what: string): Promise<void> {
    const pane = this.#options.look().find((one) => one.name === name);
    await this.#print(name, pane, [what]);
  }

  async draw(): Promise<void> {}

  async close(): Promise<void> {
    const panes = this.#options.look();
    const [first, ...rest] = panes;
    const areSame = rest.every((pane) => shownOf(pane).join('\n') === (first && shownOf(first).join('\n')));
    if (areSame && first) await this.#print('both', undefined, shownOf(first));
    else for (const pane of panes) await this.#print(pane.name, pane, shownOf(pane));
  }

  async #print(name: string, pane: Pane | undefined, lines: readonly string[]): Promise<void> {
    const { narrator } = this.#options;
    const label = name.padEnd(labelWidth);
    const shown = narrator.paint(pane?.tone ?? 'title', label);
    await narrator.entry({ text: label, shown }, lines);
  }
}

/** Lines of a screen below which panes would leave it at the top, where nothing can be drawn over. */
const lowestScreen = 14;
const labelWidth = 'laptop  '.length;

function shownOf({ lines }: Pane): readonly string[] {
  return lines.map((line) => line.replace(cursorMark, ''));
}
