import { expect, test } from 'bun:test';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { controlDatabasePath } from '../../../src/core/store/layout.ts';
import { nameSnapshot } from '../../../src/core/store/nodefs/chunk-file.ts';
import { stockDocumentFolder } from '../../../src/core/store/stock-layout.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { leaveData, storeSample, useData } from '../../support/left-data.ts';
import { sampleId, type SampleDocument } from '../../support/sample-documents.ts';
import { allDamage, repairAll } from './repaired.ts';

const base = 'xyz/groundmist/library';

test('a file that is gone from a namespace of files is missed, and forgotten by a repair', async () => {
  using folder = temporaryFolder();
  await leaveData(folder.path, 'nodefs');
  const incremental = join(stockDocumentFolder(folder.at(base), sampleId(1)), 'incremental');
  const [name = ''] = readdirSync(incremental);
  rmSync(join(incremental, name));
  expect(await allDamage(folder.path)).toMatchObject([
    { kind: 'document', report: { id: sampleId(1), problems: [`Its file incremental/${name} is gone.`] } },
  ]);
  await repairAll(folder.path, 'nodefs');
  expect(await allDamage(folder.path)).toEqual([]);
});

test('a document whose files are all gone is missed, and forgotten by a repair', async () => {
  using folder = temporaryFolder();
  await leaveData(folder.path, 'nodefs');
  rmSync(stockDocumentFolder(folder.at(base), sampleId(2)), { recursive: true });
  expect(await allDamage(folder.path)).toMatchObject([{ kind: 'store', finding: { id: sampleId(2) } }]);
  await repairAll(folder.path, 'nodefs');
  expect(await allDamage(folder.path)).toEqual([]);
});

test('a namespace whose files are all gone is missed, also where its folder is', async () => {
  using folder = temporaryFolder();
  await leaveData(folder.path, 'nodefs');
  for (const name of readdirSync(folder.at(base))) rmSync(join(folder.at(base), name), { recursive: true });
  const gone = [1, 2, 3, 4].map((number) => ({ kind: 'store', finding: { id: sampleId(number) } }));
  expect(await allDamage(folder.path)).toMatchObject(
    gone.toSorted((left, right) => (left.finding.id < right.finding.id ? -1 : 1)),
  );
  rmSync(folder.at(base), { recursive: true });
  expect(await allDamage(folder.path)).toMatchObject([
    { kind: 'file', finding: { path: base } },
    {},
    {},
    {},
    {},
  ]);
  await repairAll(folder.path, 'nodefs');
  expect(await allDamage(folder.path)).toHaveLength(5);
});

test('files that other software has made one of are not missed', async () => {
  using folder = temporaryFolder();
  const samples: SampleDocument[] = [];
  await useData(folder.path, 'nodefs', async (store) => void samples.push(await storeSample(store, 1)));
  const [sample] = samples;
  const document = stockDocumentFolder(folder.at(base), sampleId(1));
  rmSync(join(document, 'incremental'), { recursive: true });
  mkdirSync(join(document, 'snapshot'), { recursive: true });
  const snapshot = sample?.snapshot ?? new Uint8Array();
  writeFileSync(join(document, 'snapshot', nameSnapshot(snapshot).name), snapshot);
  expect(await allDamage(folder.path)).toEqual([]);
});

test('a database of apps and devices that cannot be opened is told in a sentence', async () => {
  using folder = temporaryFolder();
  await leaveData(folder.path, 'sqlite');
  const database = controlDatabasePath(folder.path);
  rmSync(database, { force: true });
  mkdirSync(database);
  expect(allDamage(folder.path)).rejects.toThrow(
    'The database of apps and devices cannot be read from the disk (SQLITE_IOERR_READ).',
  );
});
