import { Database } from 'bun:sqlite';
import { beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rebuildDatabase } from '../../../../src/core/store/salvage/rebuild.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { leaveData, storeSample, useData } from '../../../support/left-data.ts';
import { SampleDocument, sampleId } from '../../../support/sample-documents.ts';

const pageBytes = 4096;
let folder: TemporaryFolder;
let path: string;

beforeEach(async () => {
  folder = temporaryFolder();
  await leaveData(folder.path, 'sqlite');
  path = folder.at('xyz/groundmist/library/documents.sqlite');
});

function rebuild() {
  return rebuildDatabase({ path, quarantine: folder.at('kept'), now: 1 });
}

function rows(table: string): readonly unknown[] {
  using database = new Database(path, { readonly: true });
  return database.query(`SELECT * FROM ${table} ORDER BY 1`).all();
}

function fillPage(page: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xaa, (page - 1) * pageBytes, page * pageBytes);
  writeFileSync(path, bytes);
}

describe('a database that is made anew', () => {
  test('has the same chunks, documents and quarantine, and the old one is kept byte for byte', () => {
    const [chunks, quarantine, old] = [rows('chunk'), rows('quarantine'), readFileSync(path)];
    expect(rebuild()).toEqual({ documents: 4, chunks: 15, kept: folder.at('kept/documents.sqlite-1') });
    expect(rows('chunk')).toEqual(chunks);
    expect(rows('quarantine')).toEqual(quarantine);
    expect(readFileSync(folder.at('kept/documents.sqlite-1'))).toEqual(old);
  });

  test('has them also where the first page, with the names of all tables, is gone', () => {
    const chunks = rows('chunk');
    fillPage(1);
    expect(rebuild()).toMatchObject({ documents: 4, chunks: 15 });
    expect(rows('chunk')).toEqual(chunks);
  });

  test('has all that another page did not take with it, whichever that is', () => {
    const count = readFileSync(path).length / pageBytes;
    const original = readFileSync(path);
    for (let page = 2; page <= count; page += 1) {
      writeFileSync(path, original);
      fillPage(page);
      rmSync(folder.at('kept'), { recursive: true, force: true });
      const { documents, chunks } = rebuild();
      const isAllThere = documents === 4 && chunks === 15;
      const isInQuarantine = rows('quarantine').length >= 15;
      const isInPage = documents === 0 && chunks === 0;
      expect({ page, isSaved: isAllThere || isInQuarantine || isInPage }).toEqual({ page, isSaved: true });
    }
  });

  test('has a chunk of many pages whole', async () => {
    const large = new SampleDocument();
    for (let entry = 0; entry < 40; entry += 1) {
      large.write(Buffer.from(crypto.getRandomValues(new Uint8Array(600))).toString('hex'));
    }
    await useData(folder.path, 'sqlite', async (store) => {
      await store.append(sampleId(9), { chunks: [large.snapshot], heads: large.heads });
    });
    expect(large.snapshot.length).toBeGreaterThan(3 * pageBytes);
    const chunks = rows('chunk');
    rebuild();
    expect(rows('chunk')).toEqual(chunks);
  });

  test('is taken up where a kill came before it took the place of the old one', () => {
    const chunks = rows('chunk');
    rebuild();
    renameSync(path, `${path}.next`);
    writeFileSync(path, 'broken');
    writeFileSync(`${path}.next`, readFileSync(`${path}.next`));
    rebuild();
    expect(rows('chunk')).toEqual(chunks);
    expect(existsSync(`${path}.next`)).toBe(false);
  });

  test('is not the one that a killed repair had made, where somebody wrote to the old one since', async () => {
    writeFileSync(`${path}.next`, 'made before');
    await useData(folder.path, 'sqlite', async (store) => void (await storeSample(store, 7)));
    expect(rebuild()).toMatchObject({ documents: 5 });
    expect(readdirSync(folder.at('xyz/groundmist/library'))).toEqual(['documents.sqlite']);
  });
});
