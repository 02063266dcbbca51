import { Failure } from '../../core/failure.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
import { documentUrl, type DocumentId } from '../../core/store/document-id.ts';
import type { ImportStep } from '../../core/store/import-steps.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';
import type { Terminal } from '../../platform/terminal.ts';

interface TallyOptions {
  /** Where they come from. */
  readonly directory: string;
  readonly namespace: Namespace;
  readonly isDry: boolean;
  readonly terminal: Terminal;
}

interface Damage {
  readonly id: DocumentId;
  readonly error: string;
}

/** What became of each document; of damaged ones the person hears at once. */
export class ImportTally {
  readonly #options: TallyOptions;
  readonly #counts = { new: 0, merged: 0, known: 0 };
  readonly #damaged: Damage[] = [];

  constructor(options: TallyOptions) {
    this.#options = options;
  }

  add(step: ImportStep): void {
    if (step.kind !== 'damaged') {
      this.#counts[step.kind] += 1;
      return;
    }
    this.#damaged.push({ id: step.id, error: step.reason });
    this.#options.terminal.problem(`${documentUrl(step.id)}: ${step.reason}`);
  }

  /** Says how it went; `StoreDamaged` where something was not brought in. */
  async report(form: 'json' | 'text'): Promise<void> {
    const { terminal } = this.#options;
    await terminal.result(form === 'json' ? this.#json() : this.#text());
    if (this.#damaged.length === 0) return;
    throw new Failure(
      'StoreDamaged',
      `${count(this.#damaged.length, 'document')} could not be brought in, as said above; everything else ${this.#options.isDry ? 'can' : 'was'}.`,
    );
  }

  #json(): string {
    const { directory, namespace, isDry } = this.#options;
    const { new: imported, merged, known: alreadyStored } = this.#counts;
    const damaged = this.#damaged;
    return printableJsonLines({
      directory,
      namespace,
      dryRun: isDry,
      imported,
      merged,
      alreadyStored,
      damaged,
    });
  }

  #text(): string {
    const { namespace, isDry } = this.#options;
    const { new: imported, merged, known } = this.#counts;
    const begin = isDry ? 'Would be imported into' : 'Imported into';
    const parts = [count(imported, 'new document'), `${merged.toLocaleString('en-US')} merged`];
    return `${begin} ${namespace}: ${parts.join(', ')}; ${known.toLocaleString('en-US')} already here.`;
  }
}
