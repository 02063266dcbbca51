import { escapeUnprintable, printableJson } from '../../platform/escape.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { listedJson } from './document-json.ts';
import type { InspectedDocument } from './documents.ts';
import { count, formatBytes, formatTime } from '../../platform/format.ts';

/** Where a listing goes, document by document. */
export interface Listing {
  add(document: InspectedDocument): Promise<void>;
  end(): Promise<void>;
}

/** One JSON object over several lines: `{ <head>, "documents": [ … ] }`, a document a line. */
export class JsonListing implements Listing {
  readonly #terminal: Terminal;
  readonly #head: string;
  #waiting: string | undefined;

  constructor(terminal: Terminal, head: string) {
    this.#terminal = terminal;
    this.#head = `{${head},"documents":[`;
  }

  async add(document: InspectedDocument): Promise<void> {
    await this.#terminal.result(this.#waiting === undefined ? this.#head : `${this.#waiting},`);
    this.#waiting = printableJson(listedJson(document));
  }

  async end(): Promise<void> {
    await this.#terminal.result(`${this.#waiting ?? this.#head}]}`);
  }
}

const idWidth = 28;

/** A table for a person, with a heading per namespace and the sum at the end. */
export class TableListing implements Listing {
  readonly #terminal: Terminal;
  #namespace: string | undefined;
  #documents = 0;
  #bytes = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async add(document: InspectedDocument): Promise<void> {
    if (this.#namespace !== document.namespace) await this.#head(document.namespace);
    this.#documents += 1;
    this.#bytes += document.facts.sizeBytes;
    const { reading, facts } = document;
    const changes = reading.kind === 'content' ? reading.content.changeCount.toLocaleString('en-US') : '–';
    const type = reading.kind === 'content' ? (reading.content.type ?? '–') : 'cannot be read';
    await this.#terminal.result(
      row(facts.id, changes, formatBytes(facts.sizeBytes), formatTime(facts.changedAt), type),
    );
  }

  async end(): Promise<void> {
    await this.#terminal.result(`\n${count(this.#documents, 'document')}, ${formatBytes(this.#bytes)}`);
  }

  async #head(namespace: string): Promise<void> {
    const gap = this.#namespace === undefined ? '' : '\n';
    this.#namespace = namespace;
    const titles = row('DOCUMENT', 'CHANGES', 'SIZE', 'LAST CHANGE', 'TYPE');
    await this.#terminal.result(`${gap}${namespace}\n\n${titles}`);
  }
}

function row(...[id = '', changes = '', size = '', time = '', type = '']: readonly string[]): string {
  const cells = [id.padEnd(idWidth), changes.padStart(8), size.padStart(9), time.padEnd(20)];
  return [...cells, escapeUnprintable(type.slice(0, 320))].join('  ');
}
