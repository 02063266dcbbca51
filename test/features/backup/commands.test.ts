import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Failure } from '../../../src/core/failure.ts';
import { fileAt, run as create } from '../../../src/features/backup/create-command.ts';
import { run as list } from '../../../src/features/backup/list-command.ts';
import { run as restore } from '../../../src/features/backup/restore-command.ts';
import { run as verify } from '../../../src/features/backup/verify-command.ts';
import { fill } from '../../support/backed-up.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { runBackup, type BackupRun } from './run-backup.ts';

const owner = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';

let folder: TemporaryFolder;
let environment: Record<string, string>;
beforeEach(async () => {
  folder = temporaryFolder();
  mkdirSync(folder.at('out'));
  environment = { DATA_DIR: folder.at('data'), ATPROTO_DID: owner };
  await fill(folder.at('data'), 'sqlite');
});
afterEach(() => folder[Symbol.dispose]());

async function created(given: Partial<BackupRun> = {}): Promise<string> {
  const options = { to: folder.at('out'), ...given.options };
  const { error } = await runBackup(create, { environment, ...given, options });
  expect(error).toBeUndefined();
  return join(
    folder.at('out'),
    readdirSync(folder.at('out')).find((name) => name.startsWith('ground')) ?? '',
  );
}

/** What was printed, with what varies replaced by what it is. */
function steady(output: string): unknown {
  const text = output
    .replaceAll(folder.path, '/folder')
    .replaceAll(/\d{8}T\d{6}Z/g, '<time>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
    .replaceAll(/"[0-9a-f]{64}"/g, '"<sha256>"')
    .replaceAll(/"(bytes|unpackedBytes)": \d+/g, '"$1": "<bytes>"')
    .replaceAll(/"groundmist": "[^"]*"/g, '"groundmist": "<version>"');
  return JSON.parse(text);
}

function golden(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'golden', `${name}.json`), 'utf8'));
}

function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : String(error);
}

describe('as JSON', () => {
  test('create says what it made', async () => {
    const { output, error } = await runBackup(create, {
      environment,
      options: { to: folder.at('out'), json: true },
    });
    expect(error).toBeUndefined();
    expect(steady(output)).toEqual(golden('create'));
  });

  test('list says what there is, the newest first, and what does not read', async () => {
    await created();
    writeFileSync(folder.at('out/groundmist-scheduled-20200101T000000Z.tar.zst'), 'no backup');
    writeFileSync(folder.at('out/letter.txt'), 'dear');
    const { output } = await runBackup(list, { directory: folder.at('out'), options: { json: true } });
    expect(steady(output)).toEqual(golden('list'));
  });

  test('verify says what is in it and what is wrong', async () => {
    const file = await created();
    const { output } = await runBackup(verify, { file, options: { json: true } });
    expect(steady(output)).toEqual(golden('verify'));
  });

  test('restore says what became of it', async () => {
    const file = await created();
    const { output } = await runBackup(restore, { file, environment, options: { json: true, force: true } });
    expect(steady(output)).toEqual(golden('restore'));
  });
});

describe('for a person', () => {
  test('create warns of what is not encrypted and says what comes next', async () => {
    const { output, notes } = await runBackup(create, { environment, options: { to: folder.at('out') } });
    expect(output).toContain('3 documents in 1 namespace');
    expect(notes).toContain('It is not encrypted');
    expect(notes).toContain('groundmist backup verify');
  });

  test('list is a line each', async () => {
    await created();
    const { output } = await runBackup(list, { directory: folder.at('out') });
    expect(output).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ .* 3 documents .* groundmist-\d{8}T\d{6}Z\.tar\.zst\n$/,
    );
    mkdirSync(folder.at('empty'));
    expect((await runBackup(list, { directory: folder.at('empty') })).output).toContain('No backups in');
    expect(codeOf((await runBackup(list, { directory: folder.at('missing') })).error)).toBe('FileMissing');
  });

  test('restore says that sessions ended, that revoked devices are back, and what comes next', async () => {
    const file = await created();
    const { output, notes } = await runBackup(restore, { file, environment, options: { force: true } });
    expect(output).toContain(`What was there before lies in ${folder.at('data')}.before-restore-`);
    expect(notes).toContain('0 sessions have ended');
    expect(notes).toContain('are back: look with `groundmist app list`');
    expect(notes).toContain('groundmist serve');
  });

  test('a dry run says what would be, and nothing is', async () => {
    const file = await created();
    const { output } = await runBackup(restore, {
      file,
      environment,
      options: { force: true, dryRun: true },
    });
    expect(output).toContain('would be moved aside');
    expect(readdirSync(folder.path).toSorted()).toEqual(['data', 'out']);
  });
});

describe('encrypted', () => {
  test('for the recipients of the setting, or of the flag, and opened with an identity file', async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    writeFileSync(folder.at('key.txt'), `# created: now\n# public key: ${recipient}\n\n${identity}\n`);
    chmodSync(folder.at('key.txt'), 0o600);
    const file = await created({ environment: { ...environment, GROUNDMIST_BACKUP_RECIPIENT: recipient } });
    expect(file).toEndWith('.tar.zst.age');
    const { error, output } = await runBackup(verify, { file, options: { identity: folder.at('key.txt') } });
    expect(error).toBeUndefined();
    expect(output).toContain('Whole: 3 documents opened');
    expect(codeOf((await runBackup(verify, { file })).error)).toBe('Usage');
    const listed = await runBackup(list, { directory: folder.at('out') });
    expect(listed.output).toContain('encrypted');
  });

  test('with the passphrase of standard input, opened with that of the setting', async () => {
    const file = await created({ input: 'correct horse\n', options: { passphraseStdin: true } });
    const opened = { GROUNDMIST_BACKUP_PASSPHRASE: 'correct horse' };
    expect((await runBackup(verify, { file, environment: opened })).error).toBeUndefined();
  });

  test('not at all with --plain, whatever the settings say', async () => {
    const set = { ...environment, GROUNDMIST_BACKUP_PASSPHRASE: 'correct horse' };
    expect(await created({ environment: set, options: { plain: true } })).toEndWith('.tar.zst');
  });

  test.each([
    ['two ways at once', { recipient: 'age1x', passphrase: true }, ''],
    ['a recipient that is none', { recipient: 'age1nonsense' }, ''],
    ['a secret key for a recipient', { recipient: 'AGE-SECRET-KEY-1XX' }, ''],
    ['no recipient', { recipient: ' , ' }, ''],
    ['a passphrase that is too short', { passphraseStdin: true }, 'short\n'],
    ['no passphrase', { passphraseStdin: true }, ''],
    ['nobody to be asked', { passphrase: true }, ''],
  ])('%s is refused before anything is made', async (_, options, input) => {
    const { error } = await runBackup(create, {
      environment,
      input,
      options: { to: folder.at('out'), ...options },
    });
    expect(codeOf(error)).toBe('Usage');
    expect(String(error)).not.toContain('SECRET-KEY-1');
    expect(readdirSync(folder.at('out'))).toEqual([]);
  });
});

test('damage of a document ends verify with a failure that says so, after all of them', async () => {
  const name = folder.at('data/xyz/groundmist/library/documents.sqlite');

  {
    using database = new Database(name);
    database.run('UPDATE document SET heads = zeroblob(32) WHERE number = 1');
  }
  const { error, problems } = await runBackup(verify, { file: await created() });
  expect(codeOf(error)).toBe('BackupDamaged');
  expect(problems.join('\n')).toContain('has other heads than it had');
});

test('a second backup within one second has a name of its own', () => {
  const now = Date.UTC(2026, 10, 28, 20, 0, 0, 500);
  const first = fileAt(folder.at('out'), false, now);
  expect(first).toBe(folder.at('out/groundmist-20261128T200000Z.tar.zst'));
  writeFileSync(first, '');
  expect(fileAt(folder.at('out'), false, now)).toBe(folder.at('out/groundmist-20261128T200001Z.tar.zst'));
});

test('a place without an ending is a folder, made where nothing is there yet, for its owner alone', async () => {
  const to = folder.at('moved');
  const { error } = await runBackup(create, { environment, options: { to } });
  expect(error).toBeUndefined();
  expect(statSync(to).mode & 0o777).toBe(0o700);
  expect(readdirSync(to)).toEqual([expect.stringMatching(/^groundmist-.*\.tar\.zst$/)]);
});

test('a folder of which the one above is missing is not made: its disk may be away', async () => {
  const { error } = await runBackup(create, { environment, options: { to: folder.at('disk/backups') } });
  expect(codeOf(error)).toBe('FileMissing');
});

test.each([['verify'], ['restore']] as const)('a file below a file is not there for %s', async (name) => {
  writeFileSync(folder.at('file'), '');
  const run = name === 'verify' ? verify : restore;
  const { error } = await runBackup(run, { environment, file: folder.at('file/backup.tar.zst') });
  expect(error).toMatchObject({ message: expect.stringContaining('there is no such file') });
});
