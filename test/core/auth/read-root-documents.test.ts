import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { controlTables } from '../../../src/core/access/tables.ts';
import { readRootDocuments } from '../../../src/core/auth/read-root-documents.ts';
import { RootDocuments } from '../../../src/core/auth/root-document.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openControlDatabase } from '../../../src/core/store/control-database.ts';
import { controlDatabasePath } from '../../../src/core/store/layout.ts';
import { prepareDataDirectory } from '../../../src/core/store/prepare-folders.ts';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import { sampleId } from '../../support/sample-documents.ts';

const namespace = parseNamespace('xyz.groundmist.library');
const id = sampleId(1);

test('root documents are read while the database is open and afterwards, and nothing is written', async () => {
  using folder = temporaryFolder();
  prepareDataDirectory(folder.path);
  const database = openControlDatabase(folder.path, controlTables);
  const roots = new RootDocuments(database);
  roots.keepFirst({ app: 'one', namespace, url: `automerge:${id}` }, 1);
  roots.keepFirst({ app: 'same', namespace, url: `automerge:${id}` }, 2);
  roots.keepFirst({ app: 'strange', namespace, url: 'automerge:nothing' }, 3);
  expect(await readRootDocuments(folder.path)).toEqual([{ namespace, id }]);
  database.close(true);
  const before = folderState(folder.path);
  expect(await readRootDocuments(folder.path)).toEqual([{ namespace, id }]);
  expect(folderState(folder.path)).toEqual(before);
});

test('where there is no control database, or one that does not read, no root document is known', async () => {
  using folder = temporaryFolder();
  expect(await readRootDocuments(folder.path)).toEqual([]);
  mkdirSync(dirname(controlDatabasePath(folder.path)), { recursive: true });
  writeFileSync(controlDatabasePath(folder.path), 'no database, however long '.repeat(100));
  expect(await readRootDocuments(folder.path)).toEqual([]);
});
