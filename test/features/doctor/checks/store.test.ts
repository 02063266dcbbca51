import { describe, expect, test } from 'bun:test';
import { getLogger } from '@logtape/logtape';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Database } from 'bun:sqlite';
import { ScheduledBackups } from '../../../../src/core/backup/scheduled-backups.ts';
import { parseNamespace } from '../../../../src/core/lexicon/namespace.ts';
import { warnOfRoom } from '../../../../src/core/store/disk.ts';
import {
  controlDatabasePath,
  conversionDirectory,
  documentsPath,
  storesPath,
  sumsPath,
} from '../../../../src/core/store/layout.ts';
import { documentTablesMigrations } from '../../../../src/core/store/documents-database.ts';
import { lockDataDirectory } from '../../../../src/core/store/lock.ts';
import { storesText } from '../../../../src/core/store/stores-file.ts';
import { writeSums } from '../../../../src/core/store/sums-text.ts';
import { store } from '../../../../src/features/doctor/checks/store.ts';
import { sortWarnings } from '../../../../src/features/doctor/running-server.ts';
import { openDatabase } from '../../../../src/platform/database.ts';
import { TestClock } from '../../../support/clock.ts';
import { ComposedServer } from '../../../support/composed-server.ts';
import { eventually } from '../../../support/eventually.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { leaveData } from '../../../support/left-data.ts';
import { stockFixtures } from '../../../support/stock-data.ts';
import { AnsweringServer } from '../answering-server.ts';
import { find, findOne } from '../context.ts';

const [fixture = ''] = stockFixtures;
const library = parseNamespace('xyz.groundmist.library');

function at(folder: TemporaryFolder, environment: Readonly<Record<string, string>> = {}) {
  return { environment: { DATA_DIR: folder.path, ...environment } };
}

function writeStores(folder: TemporaryFolder, text: string): void {
  mkdirSync(folder.at('.groundmist'), { recursive: true });
  writeFileSync(storesPath(folder.path), text);
}

function filesIn(folder: TemporaryFolder): readonly string[] {
  return readdirSync(folder.path, { recursive: true }).map(String).toSorted();
}

function makeDatabase(folder: TemporaryFolder): void {
  mkdirSync(dirname(documentsPath(folder.path, library)), { recursive: true });
  openDatabase(documentsPath(folder.path, library), documentTablesMigrations).close(true);
}

describe('the server that runs', () => {
  test('tells what is wrong, each with the command that it names', async () => {
    using folder = temporaryFolder();
    await using _server = new AnsweringServer(folder.path, {
      problems: [
        'com.whtwnd.blog cannot be served: it is damaged. `groundmist verify com.whtwnd.blog` says what is wrong with it.',
        'The disk has failed.',
      ],
      warnings: ['One app waits for your answer: see `groundmist app list`.'],
    });
    expect(await find(store, at(folder))).toMatchObject([
      { kind: 'problem', cure: 'groundmist verify com.whtwnd.blog' },
      { kind: 'problem', cure: expect.stringContaining('groundmist status') },
      { kind: 'warning', cure: 'groundmist app list' },
    ]);
  });

  test('is believed on its disk and its backups by the checks of those', () => {
    const clock = new TestClock();
    const backups = new ScheduledBackups({
      everyMs: 1000,
      keepCount: 1,
      isEncrypted: false,
      clock,
      log: getLogger('test'),
      find: () => Promise.resolve([]),
      make: () => expect.unreachable(),
      remove: () => Promise.resolve(),
    });
    clock.advance(5000);
    const { warnings: backup = [] } = backups.report();
    const room = warnOfRoom({ freeBytes: 300_000_000, sizeBytes: 40_000_000_000 }, '/srv/mist');
    expect([backup.length, room.length]).toEqual([1, 1]);
    const status = { version: '', pid: 1, owner: '', url: '', problems: [], backup: null, certificate: null };
    expect(sortWarnings({ ...status, warnings: [...room, 'Another.', ...backup] })).toEqual({
      backup,
      others: ['Another.'],
    });
  });

  test('does not notice that its files were taken away, and the file system tells', async () => {
    using folder = temporaryFolder();
    const server = await ComposedServer.start({ environment: { DATA_DIR: folder.path } });
    await server[Symbol.asyncDispose]();
    await using _server = new AnsweringServer(folder.path);
    expect(await findOne(store, at(folder))).toMatchObject({ kind: 'ok' });
    writeStores(folder, storesText([[library, { backend: 'sqlite', problems: [] }]]));
    rmSync(controlDatabasePath(folder.path));
    const gone = (path: string) => ({
      kind: 'problem',
      cause: expect.stringContaining(`${path} is gone, and was there, and the server runs on without it`),
      cure: expect.stringContaining('Stop the server'),
    });
    expect(await find(store, at(folder))).toMatchObject([
      gone(documentsPath(folder.path, library)),
      gone(controlDatabasePath(folder.path)),
    ]);
  });

  test('and has nothing to complain of is ok', async () => {
    using folder = temporaryFolder();
    await using _server = new AnsweringServer(folder.path);
    expect(await findOne(store, at(folder))).toMatchObject({ kind: 'ok' });
  });
});

describe('without a server', () => {
  test('nothing is ok', async () => {
    using folder = temporaryFolder();
    const environment = { DATA_DIR: folder.at('data') };
    expect(await findOne(store, { environment })).toMatchObject({
      kind: 'ok',
      cause: 'Nothing is stored yet.',
    });
  });

  test('what a server left in order is ok, and what it set aside is said', async () => {
    using folder = temporaryFolder();
    cpSync(fixture, folder.path, { recursive: true });
    const server = await ComposedServer.start({ environment: { DATA_DIR: folder.path } });
    await eventually('all is taken over', async () =>
      (await server.groundmist.core.stores.states()).every(({ kind }) => kind === 'open'),
    );
    await server[Symbol.asyncDispose]();
    expect(await findOne(store, at(folder))).toMatchObject({
      kind: 'ok',
      cause: expect.stringMatching(
        /^\d+ namespaces?, and nothing is known to be wrong\. `groundmist verify`/,
      ),
    });
    setAside(documentsPath(folder.path, library));
    expect(await findOne(store, at(folder))).toMatchObject({
      kind: 'ok',
      cause: expect.stringContaining('1 piece that did not load is kept in quarantine'),
    });
  });

  test('what is gone, overwritten, or damaged further in is a problem, and a look into all of it the cure', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const whole = readFileSync(documentsPath(folder.path, library));
    const finds = async (words: string) =>
      expect(await find(store, at(folder))).toContainEqual(
        expect.objectContaining({
          kind: 'problem',
          cause: expect.stringContaining(words),
          cure: 'groundmist verify',
        }),
      );
    rmSync(documentsPath(folder.path, library));
    await finds('documents.sqlite is gone');
    writeFileSync(documentsPath(folder.path, library), whole.subarray(0, whole.length - 4096));
    await finds('its end is missing');
    writeFileSync(documentsPath(folder.path, library), whole.fill('x', 100));
    await finds('is damaged (SQLITE_CORRUPT');
    writeFileSync(controlDatabasePath(folder.path), 'nonsense');
    await finds('control.sqlite is damaged');
  });

  test('that was cut off a look is due', async () => {
    using folder = temporaryFolder();
    lockDataDirectory(folder.path, { pid: 1, startedAt: 0, listen: '' }).release();
    expect(await findOne(store, at(folder))).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('did not end in order'),
      cure: 'groundmist verify',
    });
    writeFileSync(sumsPath(folder.path), writeSums(new Map()));
    expect(await findOne(store, at(folder))).toMatchObject({ kind: 'ok' });
    writeFileSync(sumsPath(folder.path), 'nonsense\n');
    expect(await findOne(store, at(folder))).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('does not read'),
      cure: 'groundmist verify',
    });
  });

  test('a move between stores that was cut off is a warning, and import ends it', async () => {
    using folder = temporaryFolder();
    const expected = { kind: 'warning', cause: expect.stringContaining(library), cure: 'groundmist import' };
    writeStores(folder, storesText([[library, { backend: 'sqlite', problems: [], replaced: 'nodefs' }]]));
    expect(await findOne(store, at(folder))).toMatchObject(expected);
    writeStores(folder, storesText([[library, { backend: 'sqlite', problems: [] }]]));
    makeDatabase(folder);
    expect(await findOne(store, at(folder))).toMatchObject({ kind: 'ok' });
    mkdirSync(conversionDirectory(folder.path, library), { recursive: true });
    expect(await findOne(store, at(folder))).toMatchObject(expected);
  });

  test('a file or a loop of links in place of the folder is told by the check of that', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at('file'), '');
    symlinkSync('loop', folder.at('loop'));
    for (const name of ['file', 'loop']) {
      expect(await findOne(store, { environment: { DATA_DIR: folder.at(name) } })).toMatchObject({
        kind: 'unchecked',
      });
    }
  });

  test.each([
    ['whom you let in', controlDatabasePath],
    ['the documents of a namespace', (path: string) => documentsPath(path, library)],
  ])(
    'what a newer groundmist did to the database of %s no server starts on, and it says so',
    async (_what, pathIn) => {
      using folder = temporaryFolder();
      await leaveData(folder.path, 'sqlite');
      const path = pathIn(folder.path);
      {
        using database = new Database(path);
        database.run("INSERT INTO migration (name) VALUES ('later-99')");
      }
      const before = filesIn(folder);
      expect(await findOne(store, at(folder))).toMatchObject({
        kind: 'problem',
        cause: expect.stringMatching(new RegExp(`^${path}.* was used by a newer groundmist`)),
        cure: expect.stringContaining('newer program back'),
      });
      expect(filesIn(folder)).toEqual(before);
    },
  );

  test('a restore that was cut off is a problem', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('.groundmist-work-abc'));
    expect(await findOne(store, at(folder))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('was cut off'),
    });
  });

  test('one that moved everything aside is a problem, and what moves it back is the cure', async () => {
    using folder = temporaryFolder();
    const data = folder.at('data');
    mkdirSync(data);
    mkdirSync(`${data}.before-restore-20251121T000000Z`);
    const finding = await findOne(store, { environment: { DATA_DIR: data } });
    expect(finding).toMatchObject({
      kind: 'problem',
      cure: `rmdir ${data} && mv ${data}.before-restore-20251121T000000Z ${data}`,
    });
  });

  test('a file of stores that does not read is a problem', async () => {
    using folder = temporaryFolder();
    writeStores(folder, '{');
    expect(await findOne(store, at(folder))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('stores.json'),
      cure: 'groundmist verify --repair',
    });
  });

  test('documents in another store than the settings name are a problem', async () => {
    using folder = temporaryFolder();
    writeStores(folder, storesText([[library, { backend: 'sqlite', problems: [] }]]));
    makeDatabase(folder);
    expect(await findOne(store, at(folder, { GROUNDMIST_STORE: 'nodefs' }))).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('GROUNDMIST_STORE is nodefs'),
      cure: 'groundmist import',
    });
    expect(await findOne(store, at(folder))).toMatchObject({ kind: 'ok' });
  });

  test('documents that were not taken over are a warning', async () => {
    using folder = temporaryFolder();
    const problems = [{ document: '2oMvtLWLY3dGa7j5cUb34gSfDqVw', reason: 'its checksum is wrong.' }];
    writeStores(folder, storesText([[library, { backend: 'sqlite', problems }]]));
    makeDatabase(folder);
    expect(await findOne(store, at(folder))).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('2oMvtLWLY3dGa7j5cUb34gSfDqVw: its checksum is wrong.'),
      cure: `groundmist verify ${library}`,
    });
  });

  test('a folder of automerge-repo that waits to be taken over is told', async () => {
    using folder = temporaryFolder();
    cpSync(fixture, folder.path, { recursive: true });
    expect(await findOne(store, at(folder))).toMatchObject({
      kind: 'ok',
      cause: expect.stringContaining(`${library}, `),
    });
    expect(await findOne(store, at(folder, { GROUNDMIST_STORE: 'nodefs' }))).toMatchObject({
      kind: 'ok',
      cause: expect.stringMatching(/^Nothing is stored yet|nothing is known to be wrong/),
    });
  });

  test('a command that works alone is not disturbed', async () => {
    using folder = temporaryFolder();
    using _lock = lockDataDirectory(folder.path, { pid: 1, startedAt: 0, listen: '', command: 'import' });
    expect(await findOne(store, at(folder))).toMatchObject({ kind: 'unchecked' });
  });
});

function setAside(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  using database = new Database(path);
  database.run(
    "INSERT INTO quarantine (document_id, reason, set_aside_at, bytes) VALUES ('x', 'of a test', 0, x'00')",
  );
  database.run('PRAGMA wal_checkpoint(TRUNCATE)');
}
