import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';
import { PlacedFiles } from '../../../src/features/transfer/placed-files.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { folderState, temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { ids, makeDocument, writeStock, writeStore } from '../../support/plain-store.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { generations } from '../../support/stock-client.ts';
import { openStockStorage } from '../../support/stock-storage.ts';
import { runInspect } from '../inspect/run-inspect.ts';
import { damaged, entry, essay, filled, library } from '../inspect/inspected-data.ts';
import { exportFrom, interrupted, interruptedAt } from './run-transfer.ts';

const [first, second, third, fourth] = ids;
const json = { format: 'json' };

let folder: TemporaryFolder;
let data: TemporaryFolder;
let dataDirectory: string;
let out: string;

beforeEach(async () => {
  folder = temporaryFolder();
  data = await filled();
  dataDirectory = data.path;
  out = folder.at('out');
});
afterEach(() => {
  data[Symbol.dispose]();
  folder[Symbol.dispose]();
});

/** The files below a folder, sorted. */
function filesIn(directory: string): readonly string[] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => statSync(join(directory, name)).isFile()).toSorted();
}

function snapshotsOf(base: string, id: string): readonly string[] {
  const directory = join(base, id.slice(0, 2), id.slice(2), 'snapshot');
  return readdirSync(directory).map((name) => join(directory, name));
}

describe.each(generations)('for automerge-repo %s', (generation) => {
  test('each namespace is a storage folder that it opens, with the same heads', async () => {
    const { output, failure } = await exportFrom({ dataDirectory }, out);
    expect(failure).toBeUndefined();
    expect(output).toBe(`Exported to ${out}: 4 documents; 0 there already.\n`);
    for (const [namespace, id] of [
      [library, first],
      [library, second],
      [essay, third],
      ['com.whtwnd.blog', fourth],
    ] as const) {
      const shown = JSON.parse((await runInspect(dataDirectory, id, { json: true })).output) as object;
      const read = await openStockStorage(generation, join(out, ...namespace.split('.'))).read(id);
      expect(shown).toMatchObject(read);
    }
  });

  test('it goes on from the exported file: what it edits lies beside it', async () => {
    await exportFrom({ dataDirectory }, out, library);
    const exported = snapshotsOf(out, first);
    await openStockStorage(generation, out).change(first, (root) => void (root['title'] = 'Two'));
    expect((await openStockStorage(generation, out).read(first)).content).toEqual({ ...entry, title: 'Two' });
    const again = await exportFrom({ dataDirectory }, out, library);
    expect(again.output).toContain('0 documents; 2 there already');
    expect((await openStockStorage(generation, out).read(first)).content).toEqual({ ...entry, title: 'Two' });
    expect(exported).toHaveLength(1);
  });
});

test.each([{}, json])('a second export changes no file: %p', async (options) => {
  await exportFrom({ dataDirectory, options }, out);
  const before = folderState(out).filter((line) => !line.startsWith('. '));
  const { output } = await exportFrom({ dataDirectory, options }, out);
  expect(output).toBe(`Exported to ${out}: 0 documents; 4 there already.\n`);
  expect(folderState(out).filter((line) => !line.startsWith('. '))).toEqual(before);
});

test('it writes nothing into the data directory, and runs beside a server', async () => {
  using _held = lockDataDirectory(dataDirectory, { pid: process.pid, startedAt: 0, listen: '127.0.0.1:1' });
  const before = folderState(dataDirectory);
  expect((await exportFrom({ dataDirectory }, out)).failure).toBeUndefined();
  expect(folderState(dataDirectory)).toEqual(before);
});

test('files of others stay, what a kill left half-written goes, and a cut file is not taken for whole', async () => {
  mkdirSync(join(out, '.groundmist-export/1/0'), { recursive: true });
  writeFileSync(join(out, '.groundmist-export/1/0/half'), 'half');
  writeFileSync(join(out, 'notes.txt'), 'mine');
  await exportFrom({ dataDirectory }, out, library);
  expect(existsSync(join(out, '.groundmist-export'))).toBe(false);
  expect(readFileSync(join(out, 'notes.txt'), 'utf8')).toBe('mine');
  const [snapshot = ''] = snapshotsOf(out, first);
  const whole = readFileSync(snapshot);
  truncateSync(snapshot, 20);
  const again = await exportFrom({ dataDirectory }, out, library);
  expect(again.output).toContain('1 document; 1 there already');
  expect(readFileSync(snapshot)).toEqual(whole);
});

test('only this user may read what is made', async () => {
  await exportFrom({ dataDirectory }, out, library);
  expect(statSync(out).mode & 0o777).toBe(0o700);
});

describe('as JSON', () => {
  test('each document is a file in the folders of its type, or of its namespace where it has none', async () => {
    await exportFrom({ dataDirectory, options: json }, out);
    expect(filesIn(out)).toEqual([
      `com/whtwnd/blog/entry/${fourth}.json`,
      `xyz/groundmist/library/${second}.json`,
      `xyz/groundmist/library/entry/${first}.json`,
      `xyz/groundmist/notebook/essay/entry/${third}.json`,
    ]);
    const text = readFileSync(join(out, `xyz/groundmist/library/entry/${first}.json`), 'utf8');
    const { output } = await runInspect(dataDirectory, first, { json: true });
    expect(JSON.parse(text)).toEqual(JSON.parse(output));
    expect(text).toBe(`${JSON.stringify(JSON.parse(output), undefined, 2)}\n`);
  });

  test('a type that is no name leads nowhere else', async () => {
    const types = [
      '../../../../etc',
      'xyz.groundmist/../../x',
      '/etc.passwd.x',
      'a'.repeat(400),
      '..',
      'CON.x.y',
    ];
    for (const [number, type] of types.entries()) {
      using hostile = temporaryFolder();
      writeStore(hostile.path, library, [await makeDocument(first, { $type: type })]);
      const place = folder.at(String(number));
      await exportFrom({ dataDirectory: hostile.path, options: json }, place);
      expect(filesIn(place)).toEqual([`xyz/groundmist/library/${first}.json`]);
    }
    expect(readdirSync(folder.path).toSorted()).toEqual(types.map((_, number) => String(number)));
  });

  test('one id in two namespaces is two files', async () => {
    writeStore(dataDirectory, 'com.example', [await makeDocument(first, { ...entry, title: 'Other' })]);
    for (const _ of ['once', 'again']) {
      await exportFrom({ dataDirectory, options: json }, out);
      const titles = filesIn(join(out, 'xyz/groundmist/library/entry')).map((name) => {
        const text = readFileSync(join(out, 'xyz/groundmist/library/entry', name), 'utf8');
        const { namespace, content } = JSON.parse(text) as Record<string, { title: string }>;
        return [name, namespace, content?.title];
      });
      expect(titles as unknown).toEqual([
        [`${first}.json`, 'com.example', 'Other'],
        [`${first}.${library}.json`, library, 'One'],
      ]);
    }
  });
});

test('the target chooses what is written', async () => {
  const written = async (target: string, options = {}) => {
    const place = folder.at(`${target}-place`.replaceAll('/', '-'));
    await exportFrom({ dataDirectory, options }, place, target);
    return filesIn(place).map((name) => name.split('/').at(-1));
  };
  expect(await written('xyz.groundmist.library.entry', json)).toEqual([`${first}.json`]);
  expect(await written(`automerge:${third}`, json)).toEqual([`${third}.json`]);
  expect(await written('xyz/groundmist', json)).toHaveLength(3);
  expect(await written(library)).toHaveLength(2);
});

test('a dry run counts and makes nothing', async () => {
  const { output } = await exportFrom({ dataDirectory, options: { dryRun: true } }, out);
  expect(output).toBe(`Would be exported to ${out}: 4 documents; 0 there already.\n`);
  expect(existsSync(out)).toBe(false);
});

test('what is damaged is named, the rest is written, and the end says so with 3', async () => {
  using spoiled = await damaged();
  const { failure, problems } = await exportFrom({ dataDirectory: spoiled.path }, out);
  expect(failure?.kind.exit).toBe(3);
  expect(problems.join('\n')).toContain(`${library} automerge:${second}: `);
  expect(problems.join('\n')).toContain('com.example');
  expect(filesIn(out)).toHaveLength(2);
});

describe('is refused with a sentence', () => {
  const refusal = async (directory: string, target?: string) => {
    const { failure } = await exportFrom({ dataDirectory }, directory, target);
    return `${failure?.kind.exit} ${failure?.message}`;
  };

  test('into the data directory, another one, a file or a broken link', async () => {
    symlinkSync(dataDirectory, folder.at('link'));
    for (const place of [dataDirectory, join(dataDirectory, 'new/place'), folder.at('link/new')])
      expect(await refusal(place)).toContain('2 ');
    expect(await refusal(folder.at('link/new'))).toContain('lies in the data directory');
    mkdirSync(join(out, '.groundmist'), { recursive: true });
    expect(await refusal(out)).toContain('is the data directory of a groundmist');
    writeFileSync(folder.at('file'), '');
    expect(await refusal(folder.at('file'))).toContain('is a file');
    symlinkSync('/nowhere/at/all', folder.at('broken'));
    expect(await refusal(folder.at('broken'))).toContain('leads nowhere');
  });

  test('for a target that is not there, with what is near', async () => {
    expect(await refusal(out, 'xyz.groundmist.librari')).toContain('Near it: xyz.groundmist.library');
    expect(existsSync(out)).toBe(false);
  });

  test('where a format is unknown, and where a folder cannot be made', async () => {
    const { failure } = await exportFrom({ dataDirectory, options: { format: 'csv' } }, out);
    expect(`${failure?.kind.exit} ${failure?.message}`).toContain('2 --format is nodefs');
    writeFileSync(folder.at('file'), '');
    expect(await refusal(folder.at('file/below'))).toContain('1 The folder');
  });
});

test('Ctrl-C ends it between two documents, with nothing half-written', async () => {
  const stopped = exportFrom({ dataDirectory, signal: interrupted }, out);
  expect(await rejectionOf(stopped)).toBeInstanceOf(Cancelled);
  expect(filesIn(out)).toEqual([]);
});

test.each([{}, json])(
  'Ctrl-C keeps what is ready, and the next run goes on from there: %p',
  async (options) => {
    const whole = folder.at('whole');
    await exportFrom({ dataDirectory, options }, whole, library);
    const stopped = exportFrom({ dataDirectory, options, signal: interruptedAt(1) }, out, library);
    expect(await rejectionOf(stopped)).toBeInstanceOf(Cancelled);
    expect(filesIn(out)).toHaveLength(1);
    expect(filesIn(whole)).toEqual(expect.arrayContaining([...filesIn(out)]));
    const { output } = await exportFrom({ dataDirectory, options }, out, library);
    expect(output).toContain('1 document; 1 there already');
    expect(filesIn(out)).toEqual(filesIn(whole));
  },
);

test('two runs do not write into one folder at a time, and the second says so', async () => {
  mkdirSync(out);
  await using _files = await PlacedFiles.in(out);
  const before = folderState(out);
  const { failure } = await exportFrom({ dataDirectory }, out, library);
  expect(failure?.kind.exit).toBe(5);
  expect(failure?.message).toStartWith(`Another \`groundmist export\` writes into ${out}`);
  expect(folderState(out)).toEqual(before);
});

test('a link in the place of the staging folder is not followed', async () => {
  mkdirSync(out);
  mkdirSync(folder.at('mine'));
  writeFileSync(folder.at('mine/notes.txt'), 'mine');
  symlinkSync(folder.at('mine'), join(out, '.groundmist-export'));
  expect((await exportFrom({ dataDirectory }, out, library)).failure).toBeUndefined();
  expect(readdirSync(folder.at('mine'))).toEqual(['notes.txt']);
});

test('a file in the way ends it in a sentence', async () => {
  mkdirSync(join(out, first.slice(0, 2)), { recursive: true });
  writeFileSync(join(out, first.slice(0, 2), first.slice(2)), 'in the way');
  const { failure } = await exportFrom({ dataDirectory }, out, library);
  expect(failure?.kind.exit).toBe(1);
  renameSync(join(out, first.slice(0, 2), first.slice(2)), folder.at('away'));
  expect((await exportFrom({ dataDirectory }, out, library)).failure).toBeUndefined();
});

test('its JSON is as documented', async () => {
  using spoiled = temporaryFolder();
  const broken = await makeDocument(second, entry);
  writeStore(spoiled.path, library, [
    await makeDocument(first, entry),
    { ...broken, chunks: broken.chunks.map((chunk) => chunk.subarray(0, -1)) },
  ]);
  writeStock(spoiled.path, 'com.whtwnd.blog', await makeDocument(fourth, {}));
  const { output } = await exportFrom({ dataDirectory: spoiled.path, options: { json: true } }, out);
  const golden = readFileSync(join(import.meta.dir, 'golden/export.json'), 'utf8');
  expect(JSON.parse(output.replaceAll(folder.path, '/home/owner'))).toEqual(JSON.parse(golden));
});
