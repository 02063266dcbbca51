/*
 * The part of Graphviz's grammar that we write (https://graphviz.org/doc/info/lang.html), and no more: identifiers
 * that are words, numbers or quoted, one statement a line or several.
 */
const token = /\s*(?:(->|[{}[\];=,])|"((?:[^"\\]|\\[^])*)"|([A-Za-z_][\w]*|\d+))/y;

export interface Drawn {
  readonly nodes: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly clusters: readonly string[];
}

/** What a text in that language draws; throws where it is not one. */
export function parseDot(text: string): Drawn {
  const parser = new DotParser(text);
  return parser.parse();
}

type Token = { readonly kind: 'sign' | 'name'; readonly text: string };

class DotParser {
  readonly #tokens: Token[] = [];
  readonly #nodes = new Map<string, Record<string, string>>();
  readonly #edges: { from: string; to: string }[] = [];
  readonly #clusters: string[] = [];

  constructor(text: string) {
    token.lastIndex = 0;
    const trimmed = text.trimEnd();
    while (token.lastIndex < trimmed.length) {
      const from = token.lastIndex;
      const found = token.exec(trimmed);
      if (!found) throw new Error(`no token at ${from}: ${trimmed.slice(from, from + 40)}`);
      const [, sign, quoted, word] = found;
      this.#tokens.push(
        sign === undefined ? { kind: 'name', text: quoted ?? word ?? '' } : { kind: 'sign', text: sign },
      );
    }
  }

  parse(): Drawn {
    this.#expect('digraph');
    this.#name();
    this.#block();
    if (this.#tokens.length > 0) throw new Error('something follows the graph');
    return { nodes: this.#nodes, edges: this.#edges, clusters: this.#clusters };
  }

  #block(): void {
    this.#expect('{');
    while (!this.#takes('}')) {
      this.#statement();
      this.#takes(';');
    }
  }

  #statement(): void {
    const name = this.#name();
    if (name === 'subgraph') {
      this.#clusters.push(this.#name());
      this.#block();
    } else if (this.#takes('=')) {
      this.#name();
    } else if (this.#takes('->')) {
      this.#edges.push({ from: name, to: this.#name() });
      this.#attributes();
    } else {
      const attributes = this.#attributes();
      if (name !== 'node') this.#nodes.set(name, attributes);
    }
  }

  #attributes(): Record<string, string> {
    const attributes: Record<string, string> = {};
    this.#expect('[');
    while (!this.#takes(']')) {
      const name = this.#name();
      this.#expect('=');
      attributes[name] = this.#name();
      this.#takes(',');
    }
    return attributes;
  }

  #name(): string {
    const next = this.#tokens.shift();
    if (next?.kind !== 'name') throw new Error(`a name is missing before ${next?.text}`);
    return next.text;
  }

  #takes(text: string): boolean {
    if (this.#tokens[0]?.text !== text || this.#tokens[0].kind !== 'sign') return false;
    this.#tokens.shift();
    return true;
  }

  #expect(text: string): void {
    const next = this.#tokens.shift();
    if (next?.text !== text) throw new Error(`${text} is missing before ${next?.text}`);
  }
}
