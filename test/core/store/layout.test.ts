import { expect, test } from 'bun:test';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findNamespaces } from '../../../src/core/store/find-namespaces.ts';
import {
  controlDatabasePath,
  documentsPath,
  quarantineDirectory,
  temporaryDirectory,
} from '../../../src/core/store/layout.ts';
import { prepareDataDirectory, prepareNamespaceDirectory } from '../../../src/core/store/prepare-folders.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { sampleId } from '../../support/sample-documents.ts';
import { readExpected, stockFixtures } from '../../support/stock-data.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { codeOf, failureOf } from '../../support/rejection.ts';

function makeDatabase(dataDirectory: string, namespace: string): void {
  const path = documentsPath(dataDirectory, parseNamespace(namespace));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}

function makeStockDocument(base: string, id: string): void {
  mkdirSync(join(base, id.slice(0, 2), id.slice(2), 'snapshot'), { recursive: true });
}

const strings = async (found: Promise<readonly string[]>): Promise<readonly string[]> => found;

test('paths follow the labels of the namespace', () => {
  expect(documentsPath('/data', parseNamespace('xyz.groundmist.library'))).toBe(
    '/data/xyz/groundmist/library/documents.sqlite',
  );
  expect(controlDatabasePath('/data')).toBe('/data/.groundmist/control.sqlite');
});

test('a new data directory and the folders in it are for this user only', () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'a', 'b');
  prepareDataDirectory(path);
  prepareNamespaceDirectory(path, parseNamespace('xyz.groundmist'));
  for (const folder of [
    path,
    temporaryDirectory(path),
    quarantineDirectory(path),
    join(path, 'xyz', 'groundmist'),
  ]) {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
});

test('a data directory that is a file, or cannot be made, is refused in a sentence', async () => {
  using directory = temporaryFolder();
  const file = join(directory.path, 'file');
  writeFileSync(file, '');
  for (const [path, code] of [
    [file, 'ConfigurationInvalid'],
    [join(file, 'below'), 'ConfigurationInvalid'],
    // Its disk may be mounted later.
    ['/proc/groundmist', 'StoreUnavailable'],
  ] as const) {
    const prepared = Promise.try(() => prepareDataDirectory(path));
    expect(await codeOf(prepared)).toBe(code);
    expect((await failureOf(prepared))?.message).toMatch(/[Ss]et DATA_DIR/);
  }
});

test('finds databases and stock documents, nested namespaces and shards side by side', async () => {
  using directory = temporaryFolder();
  for (const namespace of ['xyz.groundmist', 'xyz.groundmist.library', 'com.ab.cd']) {
    makeDatabase(directory.path, namespace);
  }
  makeStockDocument(join(directory.path, 'com', 'ab'), sampleId(7));
  makeStockDocument(join(directory.path, 'org', 'example', 'essays'), sampleId(8));
  expect(await strings(findNamespaces(directory.path))).toEqual([
    'com.ab',
    'com.ab.cd',
    'org.example.essays',
    'xyz.groundmist',
    'xyz.groundmist.library',
  ]);
});

test('sees the namespaces of directories that stock automerge-repo wrote', async () => {
  for (const fixture of stockFixtures) {
    expect(await strings(findNamespaces(fixture))).toEqual(Object.keys(readExpected(fixture)).toSorted());
  }
});

test('what is no namespace, no document or only a link is not listed', async () => {
  using directory = temporaryFolder();
  using outside = temporaryFolder();
  makeDatabase(outside.path, 'xyz.elsewhere');
  const base = join(directory.path, 'xyz', 'groundmist');
  mkdirSync(join(base, 'st', 'orage-adapter-id'), { recursive: true });
  writeFileSync(join(base, 'st', 'note'), '');
  symlinkSync(join(outside.path, 'xyz'), join(directory.path, 'com'));
  symlinkSync(join(outside.path, 'xyz', 'elsewhere', 'documents.sqlite'), join(base, 'documents.sqlite'));
  for (const folder of ['.groundmist/tmp', 'UPPER/case', 'single']) {
    mkdirSync(join(directory.path, folder), { recursive: true });
    writeFileSync(join(directory.path, folder, 'documents.sqlite'), '');
  }
  const deep = join(directory.path, ...'a/b/c/d/e/f/g/h/i/j/k'.split('/'));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'documents.sqlite'), '');
  expect(await findNamespaces(directory.path)).toEqual([]);
});

test('no data directory is not the same as an empty one', async () => {
  using directory = temporaryFolder();
  expect(await findNamespaces(directory.path)).toEqual([]);
  expect(await codeOf(findNamespaces(join(directory.path, 'none')))).toBe('NotFound');
});

test('a link in the place of a namespace folder is refused', async () => {
  using directory = temporaryFolder();
  using outside = temporaryFolder();
  symlinkSync(outside.path, join(directory.path, 'xyz'));
  const made = Promise.try(() => prepareNamespaceDirectory(directory.path, parseNamespace('xyz.groundmist')));
  expect(await codeOf(made)).toBe('StoreUnavailable');
});
