import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(import.meta.dir, '../../docs/protocol.md'), 'utf8');

export interface DocumentedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface DocumentedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The blocks of code under a heading of docs/protocol.md, up to the next heading. */
function blocksUnder(heading: string): readonly string[] {
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/protocol.md has no "${heading}"`);
  return [...section.matchAll(/^ *```\n(.*?)^ *```$/gms)].map(([, block = '']) =>
    block.replaceAll(/^ {2}(?! )/gm, ''),
  );
}

/** The parts of all blocks under a heading, as blank lines divide them. */
function partsUnder(heading: string): readonly string[] {
  return blocksUnder(heading).flatMap((block) => block.split(/\n\n+/).map((part) => part.trim()));
}

/** The first request under a heading, or the one to this place. */
export function documentedRequest(heading: string, place = ''): DocumentedRequest {
  const parts = partsUnder(heading);
  const index = parts.findIndex((part) => /^(GET|POST|OPTIONS) /.test(part) && part.includes(place));
  const [line = '', ...headers] = parts[index]?.split('\n') ?? [];
  const [method = '', url = ''] = line.split(' ');
  return { method, url, headers: parseHeaders(headers), body: parts[index + 1] ?? '' };
}

/** The answer with this status under a heading. */
export function documentedAnswer(heading: string, status: number): DocumentedAnswer {
  const parts = partsUnder(heading);
  const index = parts.findIndex((part) => part.startsWith(`${status} `));
  if (index === -1) throw new Error(`docs/protocol.md shows no ${status} under "${heading}"`);
  const headers = parseHeaders(parts[index]?.split('\n').slice(1) ?? []);
  const body = parts[index + 1];
  return { status, headers, body: body?.startsWith('{') ? JSON.parse(body) : undefined };
}

/** Every JSON object under a heading, in its order; what is no JSON is left out. */
export function documentedObjects(heading: string): readonly Readonly<Record<string, unknown>>[] {
  return partsUnder(heading)
    .filter((part) => part.startsWith('{'))
    .map((part) => JSON.parse(part) as Readonly<Record<string, unknown>>);
}

/** The first cells of each row of the table under a heading, without the heading of the table. */
export function documentedRows(heading: string): readonly (readonly string[])[] {
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const rows = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | '));
  return rows.slice(1).map((row) => row.map((cell) => cell.replaceAll('`', '').trim()));
}

function parseHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')];
    }),
  );
}
