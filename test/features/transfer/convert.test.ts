import { afterEach, beforeEach, expect, test } from 'bun:test';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../../../src/core/failure.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { documentsPath, storesPath } from '../../../src/core/store/layout.ts';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { folderState, temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, writeStock } from '../../support/plain-store.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { runVerify } from '../verify/run-verify.ts';
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
  expect(again.output).toStartWith('Nothing is to be moved: no namespace is kept by anything but sqlite.');
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

/** What a bad disk does to one byte of the only chunk of a document that files keep. */
function damage(namespace: string, id: string): void {
  const place = join(dataDirectory, ...namespace.split('.'), id.slice(0, 2), id.slice(2), 'incremental');
  for (const name of readdirSync(place)) {
    const bytes = readFileSync(join(place, name));
    bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
    writeFileSync(join(place, name), bytes);
  }
}

const repair = (store: string): Promise<{ readonly failure: Failure | undefined }> =>
  runVerify(dataDirectory, { options: { repair: true }, environment: { GROUNDMIST_STORE: store } });

/** Whether a command that writes, as a server does, starts with this setting. */
async function starts(store: 'sqlite' | 'nodefs'): Promise<boolean> {
  const options = { into: 'xyz.groundmist.other' };
  const { failure } = await importInto({ dataDirectory, store, options }, folder.at(`source-${first}`));
  return failure === undefined;
}

test('where a document is damaged nothing is moved, it ends with 3, and the way that it names leads on', async () => {
  damage(library, first);
  const { failure, output, problems } = await importInto({ dataDirectory });
  expect(failure?.kind.exit).toBe(3);
  expect(failure?.message).toContain('`GROUNDMIST_STORE=nodefs groundmist verify --repair`');
  expect(problems.join()).toContain(first);
  expect(output).toBe('Nothing was moved to sqlite.\n');
  expect(await starts('nodefs')).toBe(true);
  expect((await repair('nodefs')).failure?.kind.exit).not.toBe(2);
  const { output: moved, failure: none } = await importInto({ dataDirectory });
  expect(none).toBeUndefined();
  expect(moved).toContain(`Moved to sqlite: ${essay}, 1 document, from nodefs.`);
  expect(await starts('sqlite')).toBe(true);
});

test('damage that comes between a killed run and the next is got out of as it says', async () => {
  const file = storesPath(dataDirectory);
  const before = JSON.parse(readFileSync(file, 'utf8'));
  await importInto({ dataDirectory });
  // As a kill leaves it between two namespaces: the first is moved, the second is not.
  const after = JSON.parse(readFileSync(file, 'utf8'));
  after.namespaces[essay] = before.namespaces[essay];
  writeFileSync(file, JSON.stringify(after));
  for (const end of ['', '-wal', '-shm', '-tail'])
    rmSync(documentsPath(dataDirectory, parseNamespace(essay)) + end, { force: true });
  cpSync(
    join(dataDirectory, '.groundmist/superseded', essay, '1'),
    join(dataDirectory, ...essay.split('.')),
    { recursive: true },
  );
  damage(essay, third);
  const stuck = await importInto({ dataDirectory });
  expect(stuck.failure?.message).toContain(
    'Run `GROUNDMIST_STORE=nodefs groundmist import`, which moves back',
  );
  expect(await starts('nodefs')).toBe(false);

  expect((await importInto({ dataDirectory, store: 'nodefs' })).failure).toBeUndefined();
  expect(await starts('nodefs')).toBe(true);
  expect((await repair('nodefs')).failure?.kind.exit).not.toBe(2);
  expect((await importInto({ dataDirectory })).failure).toBeUndefined();
  expect(await starts('sqlite')).toBe(true);
});

test.each([
  ['sqlite', 'a server takes each namespace over into sqlite when an app of it first signs in'],
  ['nodefs', 'a server uses the files where they are'],
] as const)('of files that no server has seen it says what %s does with them', async (store, then) => {
  const stock = folder.at('stock');
  writeStock(stock, library, await makeDocument(first, { title: 'one' }));
  const { output, failure } = await importInto({ dataDirectory: stock, store });
  expect(failure).toBeUndefined();
  expect(output).toStartWith(`Nothing is to be moved. As automerge-repo wrote them: ${library}; ${then}`);
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
