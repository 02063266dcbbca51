import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { folderState, temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, writeStock } from '../../support/plain-store.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { runInspect } from '../inspect/run-inspect.ts';
import { importInto, interrupted } from './run-transfer.ts';

const library = 'xyz.groundmist.library';
const essay = 'xyz.groundmist.notebook.essay';
const [first, second, third] = ids;

let folder: TemporaryFolder;
let dataDirectory: string;

beforeEach(async () => {
  folder = temporaryFolder();
  dataDirectory = folder.at('data');
  for (const [namespace, id, store] of [
    [library, first, 'nodefs'],
    [library, second, 'nodefs'],
    [essay, third, 'nodefs'],
  ] as const) {
    const source = `source-${id}`;
    writeStock(folder.path, source, await makeDocument(id, { $type: `${namespace}.entry`, title: id }));
    await importInto({ dataDirectory, store, options: { into: namespace } }, folder.at(source));
  }
});
afterEach(() => folder[Symbol.dispose]());

const dump = async (): Promise<string> => (await runInspect(dataDirectory, undefined, { dump: true })).output;

test('every namespace moves to the store of the settings, and says where the old one is', async () => {
  const before = await dump();
  const { output, failure } = await importInto({ dataDirectory });
  expect(failure).toBeUndefined();
  expect(output).toContain(`Moved to sqlite: ${library}, 2 documents, from nodefs.`);
  expect(output).toContain(`Moved to sqlite: ${essay}, 1 document, from nodefs.`);
  expect(output).toContain(join(dataDirectory, '.groundmist/superseded', library, '1'));
  expect(await dump()).toBe(before);
  const again = await importInto({ dataDirectory });
  expect(again.output).toStartWith('Every namespace is kept by sqlite already.');
});

test('a dry run says what would move, beside a server, and writes nothing', async () => {
  using _held = lockDataDirectory(dataDirectory, { pid: process.pid, startedAt: 0, listen: '127.0.0.1:1' });
  const before = folderState(dataDirectory);
  const { output } = await importInto({ dataDirectory, options: { dryRun: true } });
  expect(output).toContain(`Would be moved to sqlite: ${library}, 2 documents, from nodefs.`);
  expect(folderState(dataDirectory)).toEqual(before);
});

test('while a server runs nothing is touched', async () => {
  using _held = lockDataDirectory(dataDirectory, { pid: 4711, startedAt: 0, listen: '127.0.0.1:3031' });
  const before = folderState(dataDirectory);
  const { failure } = await importInto({ dataDirectory });
  expect(failure?.kind.exit).toBe(5);
  expect(failure?.message).toContain('process 4711');
  expect(folderState(dataDirectory)).toEqual(before);
});

test('a damaged document is named and keeps its namespace where it is; the others move; it ends with 3', async () => {
  const place = join(dataDirectory, ...library.split('.'), first.slice(0, 2), first.slice(2), 'incremental');
  for (const name of readdirSync(place)) truncateSync(join(place, name), 9);
  const { failure, output, problems } = await importInto({ dataDirectory });
  expect(failure?.kind.exit).toBe(3);
  expect(failure?.message).toContain(`${library} stayed as it was`);
  expect(problems.join()).toContain(first);
  expect(output).toContain(`Moved to sqlite: ${essay}, 1 document, from nodefs.`);
  // Neither setting starts a server now; both say what to run.
  for (const store of ['sqlite', 'nodefs'] as const) {
    const refused = await importInto(
      { dataDirectory, store, options: { into: library } },
      folder.at(`source-${first}`),
    );
    expect(refused.failure?.message).toContain('Run `groundmist import` without a folder');
  }
});

test('--into is for a folder, and a data directory that is not there is not made', async () => {
  const { failure } = await importInto({ dataDirectory, options: { into: library } });
  expect(failure?.message).toContain('Name the folder whose documents --into is for');
  const nowhere = folder.at('nowhere');
  expect((await importInto({ dataDirectory: nowhere })).failure?.code).toBe('NotFound');
  expect(existsSync(nowhere)).toBe(false);
});

test('Ctrl-C leaves it as it was, or as it is to be', async () => {
  const before = await dump();
  expect(await rejectionOf(importInto({ dataDirectory, signal: interrupted }))).toBeInstanceOf(Cancelled);
  expect(await dump()).toBe(before);
  expect((await importInto({ dataDirectory })).output).toContain('Moved to sqlite');
});

test('its JSON is as documented', async () => {
  const { output } = await importInto({ dataDirectory, options: { json: true } });
  const golden = readFileSync(join(import.meta.dir, 'golden/convert.json'), 'utf8');
  expect(JSON.parse(output.replaceAll(folder.path, '/home/owner'))).toEqual(JSON.parse(golden));
});
