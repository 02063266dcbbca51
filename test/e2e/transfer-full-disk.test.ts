import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from '../support/folder.ts';
import { makeDocument, numberedId, writeStock } from '../support/plain-store.ts';
import { SmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { Binary, type Outcome } from './binary.ts';

setDefaultTimeout(60_000);

const missing = whyNoSmallDisk();
const library = 'xyz.groundmist.library';
const documentCount = 60;
const blockBytes = 100_000;

if (missing !== undefined) test.skip(`a full disk is not tried here: ${missing}`, () => {});

describe.if(missing === undefined)('on a disk of four megabytes, documents of six', () => {
  let binary: Binary;
  let folder: TemporaryFolder;
  let disk: SmallDisk;

  beforeEach(async () => {
    binary = new Binary();
    folder = temporaryFolder();
    for (let number = 0; number < documentCount; number += 1) {
      // Nothing that would be stored smaller than it is.
      const bytes = new Uint8Array(randomBytes(blockBytes));
      writeStock(folder.path, 'source', await makeDocument(numberedId(number), { bytes }));
    }
    mkdirSync(folder.at('disk'));
    disk = await SmallDisk.mount(folder.at('disk'));
  });
  afterEach(async () => {
    await disk[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
    binary[Symbol.dispose]();
  });

  /** With the small disk in sight, under its own path. */
  async function run(
    env: { readonly DATA_DIR: string; readonly GROUNDMIST_STORE?: string },
    ...words: readonly string[]
  ): Promise<Outcome> {
    const child = Bun.spawn([...disk.through, binary.path, ...words], {
      env: { ...env, PATH: process.env['PATH'] ?? '', HOME: binary.folder },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [exitCode, stdout, stderr] = await Promise.all([
      child.exited,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { exitCode, stdout, stderr };
  }

  function files(directory: string): readonly string[] {
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => statSync(join(directory, name)).isFile());
  }

  test.each(['nodefs', 'json'])(
    'an export as %s ends in a sentence, and what is there is whole',
    async (format) => {
      const data = { DATA_DIR: folder.at('data') };
      await run(data, 'import', folder.at('source'), '--into', library);
      const words = [library, '--format', format];
      const full = await run(data, 'export', join(disk.path, 'out'), ...words);
      expect(full.exitCode).toBe(1);
      expect(full.stderr).toContain('the disk is full');
      expect(await run(data, 'export', folder.at('whole'), ...words)).toMatchObject({ exitCode: 0 });
      const written = files(disk.at('out'));
      for (const name of written) {
        expect(readFileSync(join(disk.at('out'), name))).toEqual(
          readFileSync(join(folder.at('whole'), name)),
        );
      }
      expect(readdirSync(disk.at('out'))).not.toContain('.groundmist-export');
    },
  );

  test('an import ends in a sentence, and keeps what it had stored, whole', async () => {
    const data = { DATA_DIR: join(disk.path, 'data') };
    const full = await run(data, 'import', folder.at('source'), '--into', library);
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toMatch(/the disk is full|read-only until/);
    const { stdout, exitCode } = await run(data, 'inspect', library, '--json');
    expect(exitCode).toBe(0);
    const { documents } = JSON.parse(stdout) as { documents: readonly { error?: string }[] };
    expect(documents.length).toBeLessThan(documentCount);
    expect(documents.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test('a conversion that finds no room leaves the store as it was', async () => {
    const data = { DATA_DIR: join(disk.path, 'data') };
    const few = folder.at('few');
    for (let number = 0; number < 4; number += 1) {
      writeStock(few, library, await makeDocument(numberedId(number), { number }));
    }
    await run(data, 'import', join(few, 'xyz/groundmist/library'), '--into', library);
    const before = (await run(data, 'inspect', '--dump')).stdout;
    disk.fill();
    const other = { ...data, GROUNDMIST_STORE: 'nodefs' };
    const full = await run(other, 'import');
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toMatch(/the disk is full|read-only until/);
    expect(full.stderr).not.toMatch(/ENOSPC|\n\s+at /);
    expect((await run(data, 'inspect', '--dump')).stdout).toBe(before);
    disk.makeRoom();
    expect(await run(other, 'import')).toMatchObject({ exitCode: 0 });
    expect((await run(data, 'inspect', '--dump')).stdout).toBe(before);
  });
});
