import { describe, expect, test } from 'bun:test';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { makeDocument, numberedId, writeStore } from '../../../support/plain-store.ts';
import { damaged, essay, library, second } from '../inspected-data.ts';
import { runInspect } from '../run-inspect.ts';

const [a, b, c, d, e, far, gone] = [1, 2, 3, 4, 5, 6, 7].map(numberedId);
const url = (id: unknown) => `automerge:${String(id)}`;

type Content = Record<string, unknown>;

async function stored(namespaces: Readonly<Record<string, readonly (readonly [number, Content])[]>>) {
  const folder: TemporaryFolder = temporaryFolder();
  for (const [namespace, documents] of Object.entries(namespaces)) {
    writeStore(
      folder.path,
      namespace,
      await Promise.all(documents.map(([number, content]) => makeDocument(numberedId(number), content))),
    );
  }
  return folder;
}

/** A shelf of three books, one of which leads back to it, on, out and nowhere. */
function linked() {
  return stored({
    [library]: [
      [1, { title: 'Whales', next: url(b) }],
      [2, { title: 'Shelf', books: [url(a), { of: url(c) }, url(a)] }],
      [3, { title: 'Squid', back: url(b), gone: url(gone), far: url(far), self: url(c) }],
      [4, { title: 'Alone' }],
    ],
    [essay]: [
      [5, { $type: `${essay}.entry`, text: url(far) }],
      [6, { title: 'Far', $type: `${essay}.part` }],
    ],
  });
}

describe('the graph of a namespace', () => {
  test('is drawn from the documents that nobody links to and from the first of each cycle, each document once', async () => {
    using folder = await linked();
    const { output, failure } = await runInspect(
      folder.path,
      library,
      { graph: true },
      { isScreen: true, width: 120 },
    );
    expect(failure).toBeUndefined();
    expect(output).toBe(
      [
        library,
        '',
        `${d}  Alone`,
        `${a}  Whales`,
        `└── ${b}  Shelf`,
        `    ├── ${a}  ↑ seen above  Whales`,
        `    └── ${c}  Squid`,
        `        ├── ${b}  ↑ seen above  Shelf`,
        `        ├── ${far}  ✗ in another namespace: ${essay}`,
        `        ├── ${gone}  ✗ no such document`,
        `        └── ${c}  ↑ seen above  Squid`,
        '',
        '4 documents, 8 links, 1 to no document, 1 into another namespace',
        '',
      ].join('\n'),
    );
  });

  test('as JSON has every link with its path and where it leads', async () => {
    using folder = await linked();
    const { output } = await runInspect(folder.path, library, { graph: true, json: true });
    const { documents } = JSON.parse(output) as { documents: readonly unknown[] };
    expect(documents).toHaveLength(4);
    expect(documents[0]).toEqual({
      namespace: library,
      id: a,
      url: url(a),
      isRoot: true,
      type: null,
      title: 'Whales',
      links: [{ path: ['next'], url: url(b), id: b, leadsTo: 'here' }],
    });
    expect(documents[2]).toMatchObject({
      isRoot: false,
      links: [
        { path: ['back'], leadsTo: 'here' },
        { path: ['far'], id: far, leadsTo: 'elsewhere', namespaces: [essay] },
        { path: ['gone'], leadsTo: 'nowhere' },
        { path: ['self'], leadsTo: 'here' },
      ],
    });
  });

  test('that is empty is empty', async () => {
    using folder = await stored({ [library]: [] });
    expect((await runInspect(folder.path, library, { graph: true })).output).toBe('0 documents, 0 links\n');
    const { output } = await runInspect(folder.path, library, { graph: true, json: true });
    expect(JSON.parse(output)).toEqual({ documents: [] });
    expect((await runInspect(folder.path, library, { dot: true })).output).toMatch(
      /^digraph groundmist \{[^{}]*\}\n$/,
    );
  });
});

test('the graph of one document is all that can be reached from it, and it is the root', async () => {
  using folder = await linked();
  const { output } = await runInspect(folder.path, String(c), { graph: true });
  expect(output).toStartWith(`${library}\n\n${c}  Squid\n├── ${b}  Shelf\n│   ├── ${a}  Whales\n`);
  expect(output).not.toContain(String(d));
});

test('the graph of a type marks links to documents of another type as not asked for', async () => {
  using folder = await linked();
  const { output } = await runInspect(folder.path, `${essay}.entry`, { graph: true });
  expect(output).toContain(`${e}  ${essay}.entry\n`);
  expect(output).toContain(`└── ${far}  is there, and not asked for`);
});

test('a document that cannot be read is marked, and the end is exit 3', async () => {
  using folder = await damaged();
  const { output, failure } = await runInspect(folder.path, library, { graph: true });
  expect(failure?.kind.exit).toBe(3);
  expect(output).toContain(`${second}  cannot be read`);
  const json = await runInspect(folder.path, library, { graph: true, json: true });
  expect(JSON.parse(json.output)).toMatchObject({
    documents: [{}, { id: second, error: expect.any(String) }, {}],
  });
});

test('a namespace that cannot be read is told once, however many links might lead there', async () => {
  using folder = await damaged();
  writeStore(folder.path, essay, [await makeDocument(numberedId(1), { links: [url(gone), url(far)] })]);
  const { output, problems, failure } = await runInspect(folder.path, essay, { graph: true });
  expect(failure?.code).toBe('StoreDamaged');
  expect(problems).toHaveLength(1);
  expect(output).toContain('2 to no document');
});

describe('a chain of 3,000 documents', () => {
  const length = 3_000;
  const chain = stored({
    [library]: Array.from({ length }, (_, number) => [
      number,
      number + 1 < length ? { next: url(numberedId(number + 1)) } : { title: 'Last' },
    ]),
  });

  test('is drawn as wide as the terminal, whole, and each document is drawn out once', async () => {
    using folder = await chain;
    const { output } = await runInspect(folder.path, library, { graph: true }, { isScreen: true });
    const lines = output.split('\n');
    expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(80);
    expect(output).toContain('↓ goes on below');
    const drawn = lines.filter((line) => line.includes('  ') && !line.includes('↓'));
    expect(new Set(drawn.map((line) => /[1-9A-Za-z]{20,}/.exec(line)?.[0])).size).toBe(length);
    expect(output).toContain('Last');
  });
});
