import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { toJS } from '@automerge/automerge';
import { cpSync, existsSync, readFileSync, readdirSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { makeDocument, numberedId, writeStock } from '../support/plain-store.ts';
import { generations } from '../support/stock-client.ts';
import { hashTree, readExpected, stockFixtures, toJson } from '../support/stock-data.ts';
import { Installation, library } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

/** Puts a data directory of stock automerge-repo where ours will be. */
function bringAlong(fixture: string): void {
  cpSync(join(fixture, 'xyz'), join(home.dataDirectory, 'xyz'), {
    recursive: true,
    preserveTimestamps: true,
  });
}

function hashOriginals(): string {
  const isOriginal = (path: string): boolean => /\/(?:snapshot|incremental)(?:\/|$)/.test(path);
  return hashTree(home.dataDirectory, isOriginal);
}

function isImported(namespace: string): boolean {
  const path = join(home.dataDirectory, '.groundmist/stores.json');
  return existsSync(path) && readFileSync(path, 'utf8').includes(`"${namespace}"`);
}

describe.each(stockFixtures.map((fixture) => [basename(fixture), fixture]))(
  'a data directory of %s',
  (_, fixture) => {
    const expected = readExpected(fixture);

    test.each([...generations])(
      'is served to %s apps, and its files stay as they were',
      async (generation) => {
        bringAlong(fixture);
        const before = hashOriginals();
        const server = await home.serve();
        for (const [namespace, documents] of Object.entries(expected)) {
          const client = await home.client(await home.admit(namespace), generation);
          for (const [id, { content }] of Object.entries(documents)) {
            const found = await client.find(`automerge:${id}`);
            expect(plain(found.content())).toEqual(content);
            found.change((fields) => void (fields['seen'] = true));
          }
        }
        await eventually('the edits are stored', async () => {
          const { stdout } = await home.run('inspect', '--dump');
          return (
            stdout.split('"seen":true').length - 1 === Object.values(expected).flatMap(Object.keys).length
          );
        });
        expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
        expect(hashOriginals()).toBe(before);
      },
    );

    test('has the same heads in inspect, before any server, beside one and after', async () => {
      bringAlong(fixture);
      const before = hashOriginals();
      const heads = Object.fromEntries(
        Object.values(expected).flatMap((documents) =>
          Object.entries(documents).map(([id, one]) => [id, one.heads]),
        ),
      );
      expect(await headsInDump()).toEqual(heads);
      const server = await home.serve();
      await eventually('both are imported', () => Object.keys(expected).every(isImported));
      expect(await headsInDump()).toEqual(heads);
      await server.kill();
      expect(await headsInDump()).toEqual(heads);
      expect(hashOriginals()).toBe(before);
    });
  },
);

async function headsInDump(): Promise<Record<string, readonly string[]>> {
  const { stdout } = await home.run('inspect', '--dump');
  const lines = stdout.split('\n').filter((line) => line !== '');
  const documents = lines.map(
    (line) => JSON.parse(line) as { readonly id: string; readonly heads: string[] },
  );
  return Object.fromEntries(documents.map(({ id, heads }) => [id, heads]));
}

/** Counters as their number, bytes as expected.json has them. */
function plain(content: Readonly<Record<string, unknown>>): unknown {
  const { count } = content;
  const counted = typeof count === 'object' && count !== null && 'value' in count ? count.value : count;
  return toJson({ ...content, ...(count === undefined ? {} : { count: counted }) });
}

describe('an import that takes its time', () => {
  const documentCount = 600;
  let url: string;

  /** An app is let in while there is nothing yet; then the documents are brought along. */
  beforeEach(async () => {
    const server = await home.serve();
    url = await home.admit();
    await server.stop();
    for (let number = 0; number < documentCount; number++) {
      writeStock(home.dataDirectory, library, await makeDocument(numberedId(number), { number }));
    }
  });

  async function expectAll(client: LeanClient): Promise<void> {
    const ids = Array.from({ length: documentCount }, (_, number) => numberedId(number));
    const documents = await Promise.all(ids.map((id) => client.find(id)));
    expect(documents.map((doc) => doc && toJS(doc))).toEqual(ids.map((_, number) => ({ number })));
  }

  test('keeps its namespace from answering until it is complete', async () => {
    await home.serve();
    const client = await LeanClient.connect(url);
    expect(isImported(library)).toBe(true);
    await expectAll(client);
    client.close();
  });

  test('and goes on where kill -9 ended it', async () => {
    const before = hashOriginals();
    const server = await home.serve();
    await eventually('some documents are in the database', () => storedDocuments() > 0);
    await server.kill();
    await home.serve();
    const client = await LeanClient.connect(url);
    await expectAll(client);
    client.close();
    expect(storedDocuments()).toBe(documentCount);
    expect(hashOriginals()).toBe(before);
  });
});

function storedDocuments(): number {
  const path = join(home.dataDirectory, 'xyz/groundmist/library/documents.sqlite');
  if (!existsSync(path)) return 0;
  using database = new Database(path, { readonly: true });
  database.run('PRAGMA busy_timeout = 2000');
  const tables = database.query(`SELECT name FROM sqlite_schema WHERE name = 'document'`).all();
  if (tables.length === 0) return 0;
  return database.query<{ count: number }, []>('SELECT count(*) AS count FROM document').get()?.count ?? 0;
}

test('a damaged document is reported, and everything else is served', async () => {
  const whole = await makeDocument(numberedId(1), { is: 'whole' });
  const damaged = await makeDocument(numberedId(2), { is: 'damaged' });
  writeStock(home.dataDirectory, library, whole);
  const snapshots = join(writeStock(home.dataDirectory, library, damaged), 'snapshot');
  for (const name of readdirSync(snapshots)) truncateSync(join(snapshots, name), 30);
  const server = await home.serve();
  const client = await LeanClient.connect(await home.admit());
  expect(await client.find(whole.id)).toMatchObject({ is: 'whole' });
  expect(await client.find(damaged.id)).toBeUndefined();
  client.close();
  expect(server.stderr.text).toContain(
    `Not imported, the original is untouched: ${damaged.id} of ${library}`,
  );
});
