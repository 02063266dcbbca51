import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../support/folder.ts';
import { SmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { Binary } from './binary.ts';

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const everything = ['init', '--did', did, '--host', 'sync.example.com', '--unit', 'user', '--yes'];

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
  // Another user has to start it too.
  chmodSync(binary.folder, 0o755);
});
afterAll(() => binary[Symbol.dispose]());

const noDisk = whyNoSmallDisk();

test.skipIf(noDisk !== undefined)(
  `on a full disk nothing is left, and the exit code is 1${noDisk === undefined ? '' : ` (skipped: ${noDisk})`}`,
  async () => {
    using folder = temporaryFolder();
    await using disk = await SmallDisk.mount(folder.path);
    writeFileSync(disk.at('env'), 'OTHER=1\n');
    const filled = disk.fill();
    expect(filled).toBeGreaterThan(0);
    const where = ['--env-file', folder.at('env'), '--data-dir', folder.at('data')];
    const child = Bun.spawnSync([...disk.through, binary.path, ...everything, ...where]);
    expect(child.stderr.toString()).toContain('groundmist: Nothing was written: ENOSPC');
    expect(child.exitCode).toBe(1);
    expect(readdirSync(disk.at('.')).toSorted()).toEqual(['env', 'filler']);
    expect(await Bun.file(disk.at('env')).text()).toBe('OTHER=1\n');
    disk.makeRoom();
    const again = Bun.spawnSync([...disk.through, binary.path, ...everything, ...where]);
    expect(again.exitCode).toBe(0);
    const written = ['Caddyfile', 'data', 'env'];
    expect(readdirSync(disk.at('.')).toSorted()).toEqual(written);
  },
);

const isRoot = process.getuid?.() === 0;
const noUser = isRoot && Bun.which('setpriv') === null ? ' (skipped: setpriv is not installed)' : '';

describe.skipIf(noUser !== '')(`a user who is not root${noUser}`, () => {
  const asUser = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];

  function init(cwd: string, ...args: readonly string[]) {
    const child = Bun.spawnSync([...asUser, binary.path, ...everything, ...args], {
      cwd,
      env: { HOME: cwd },
    });
    return { exitCode: child.exitCode, stderr: child.stderr.toString() };
  }

  test('is told of a folder that cannot be written to', () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('closed'));
    chmodSync(folder.path, 0o755);
    chmodSync(folder.at('closed'), 0o555);
    const { exitCode, stderr } = init(folder.at('closed'), '--env-file', '.env');
    expect(stderr).toContain('cannot be written to. Run init in a folder of yours.');
    expect(exitCode).toBe(2);
    expect(readdirSync(folder.at('closed'))).toEqual([]);
  });

  test("is told of a folder for documents that is another's, and nothing is written", () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('open'));
    chmodSync(folder.path, 0o755);
    chmodSync(folder.at('open'), 0o777);
    mkdirSync(folder.at('closed'), { mode: 0o555 });
    const { exitCode, stderr } = init(
      folder.at('open'),
      '--env-file',
      '.env',
      '--data-dir',
      '../closed/data',
    );
    expect(stderr).toContain('is not a folder you may write to');
    expect(exitCode).toBe(2);
    expect(readdirSync(folder.at('open'))).toEqual([]);
  });

  test('has a server at home whose settings every command finds', () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o777);
    expect(init(folder.path)).toEqual({ exitCode: 0, stderr: '' });
    expect(readdirSync(folder.path).toSorted()).toEqual(['.config', '.local']);
    const config = Bun.spawnSync([...asUser, binary.path, 'config', '--json'], {
      cwd: '/',
      env: { HOME: folder.path },
    });
    expect(config.stdout.toString()).toContain(folder.at('.local/share/groundmist'));
  });
});
