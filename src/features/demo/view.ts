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
  readonly terminal: Screen;
}

type Screen = Pick<Terminal, 'isScreen' | 'width' | 'height'>;

interface Place {
  readonly narrator: Narrator;
  readonly options: { readonly terminal: Screen };
}

/** Shows the devices until `work` is done, and then what they have come to. */
export async function showWhile(
  { narrator, options }: Place,
  shown: readonly Shown[],
  work: (view: View) => Promise<void>,
): Promise<void> {
  const { terminal } = options;
  const view = openView({ narrator, terminal, look: () => shown.map(({ pane }) => pane) });
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
function openView(options: ViewOptions): View {
  return options.terminal.isScreen && hasRoom(options) ? new Columns(options) : new Lines(options);
}

function hasRoom({ narrator, terminal }: ViewOptions): boolean {
  return narrator.width >= narrowestColumns && terminal.height >= lowestScreen;
}

/** The screen may change its size meanwhile. */
class Columns implements View {
  readonly #options: ViewOptions;
  #drawn: readonly string[] = [];
  #screenWidth = 0;

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  async tell(): Promise<void> {}

  async draw(): Promise<void> {
    const { narrator, terminal } = this.#options;
    const before = this.#drawn;
    const isResized = terminal.width !== this.#screenWidth;
    this.#screenWidth = terminal.width;
    this.#drawn = hasRoom(this.#options) ? this.#lines(isResized ? 0 : before.length) : [];
    if (before.length > 0) await narrator.redraw(this.#drawn, before);
    else if (this.#drawn.length > 0) await narrator.lines(this.#drawn);
  }

  async close(): Promise<void> {
    await this.draw();
    if (!hasRoom(this.#options)) await new Lines(this.#options).close();
  }

  #lines(leastHeight: number): readonly string[] {
    const { narrator, look } = this.#options;
    const { innerWidth, paint } = narrator;
    return drawColumns(look(), { width: innerWidth, paint, leastHeight });
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
