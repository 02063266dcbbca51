import { printableJson } from '../../platform/escape.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { listedJson } from './document-json.ts';
import type { InspectedDocument } from './documents.ts';

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
