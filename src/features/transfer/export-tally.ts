import { Failure } from '../../core/failure.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
import { documentUrl, type DocumentId } from '../../core/store/document-id.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';
import type { Terminal } from '../../platform/terminal.ts';

export type ExportFormat = 'nodefs' | 'json';

interface TallyOptions {
  /** Where they go. */
  readonly directory: string;
  readonly format: ExportFormat;
  readonly isDry: boolean;
  readonly terminal: Terminal;
}

/** One document, or all of a namespace that cannot be listed. */
export interface Subject {
  readonly namespace: Namespace;
  readonly id?: DocumentId;
}

const passable: ReadonlySet<string> = new Set(['StoreDamaged', 'StoreUnavailable', 'Busy']);

/** What became of each document; of what cannot be read the person hears at once. */
export class ExportTally {
  readonly #options: TallyOptions;
  #exported = 0;
  #unchanged = 0;
  readonly #damaged: (Subject & { readonly error: string })[] = [];

  constructor(options: TallyOptions) {
    this.#options = options;
  }

  exported(): void {
    this.#exported += 1;
  }

  unchanged(): void {
    this.#unchanged += 1;
  }

  /** What `read` gives; undefined where it fails because of what is stored, which is noted. */
  async guard<Result>(subject: Subject, read: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Failure) || !passable.has(error.code)) throw error;
      this.#damaged.push({ ...subject, error: error.message });
      const { namespace, id } = subject;
      const what = id === undefined ? namespace : `${namespace} ${documentUrl(id)}`;
      this.#options.terminal.problem(
        error.message.startsWith(what) ? error.message : `${what}: ${error.message}`,
      );
      return undefined;
    }
  }

  /** Says how it went; `StoreDamaged` where something was left out. */
  async report(form: 'json' | 'text'): Promise<void> {
    const { terminal, isDry } = this.#options;
    await terminal.result(form === 'json' ? this.#json() : this.#text());
    if (this.#damaged.length === 0) return;
    const left = this.#damaged.length === 1 ? 'One entry' : `${this.#damaged.length} entries`;
    throw new Failure(
      'StoreDamaged',
      `${left} could not be read, as said above; everything else ${isDry ? 'can be exported' : 'was exported'}.`,
    );
  }

  #json(): string {
    const { directory, format, isDry } = this.#options;
    const [exported, unchanged] = [this.#exported, this.#unchanged];
    return printableJsonLines({
      directory,
      format,
      dryRun: isDry,
      exported,
      unchanged,
      damaged: this.#damaged.map(({ namespace, id, error }) => ({ namespace, id: id ?? null, error })),
    });
  }

  #text(): string {
    const { directory, isDry } = this.#options;
    const begin = isDry ? 'Would be exported to' : 'Exported to';
    return `${begin} ${directory}: ${count(this.#exported, 'document')}; ${this.#unchanged.toLocaleString('en-US')} there already.`;
  }
}
