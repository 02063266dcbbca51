import { painter } from '../../platform/colour.ts';
import { count, formatBytes } from '../../platform/format.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { documentRow, headingRow } from './document-row.ts';
import type { InspectedDocument } from './documents.ts';
import { lineWidth, type Page } from './inspection.ts';
import type { Listing } from './listing.ts';

/** A table for a person, with a heading per namespace and the sum at the end; each document is written as it comes. */
export class TableListing implements Listing {
  readonly #terminal: Terminal;
  readonly #page: Page;
  #namespace: string | undefined;
  #documents = 0;
  #damaged = 0;
  #bytes = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#page = { width: lineWidth(terminal), paint: painter(terminal) };
  }

  async add(document: InspectedDocument): Promise<void> {
    if (this.#namespace !== document.namespace) await this.#head(document.namespace);
    this.#documents += 1;
    this.#bytes += document.facts.sizeBytes;
    if (document.reading.kind === 'damaged') this.#damaged += 1;
    await this.#terminal.result(documentRow(document, this.#page));
  }

  async end(): Promise<void> {
    const damaged = this.#damaged === 0 ? '' : `, ${this.#damaged.toLocaleString('en-US')} cannot be read`;
    const sum = `${count(this.#documents, 'document')}, ${formatBytes(this.#bytes)}${damaged}`;
    await this.#terminal.result(this.#namespace === undefined ? sum : `\n${sum}`);
  }

  async #head(namespace: string): Promise<void> {
    const between = this.#namespace === undefined ? '' : '\n';
    this.#namespace = namespace;
    const { paint } = this.#page;
    await this.#terminal.result(`${between}${paint('title', namespace)}\n${headingRow(this.#page)}`);
  }
}
