import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { leaveData, leaveStock, leftNamespace, useData } from '../../support/left-data.ts';
import { runVerify } from './run-verify.ts';
import { first, flip, library, second, writeDamaged } from './verified-data.ts';

function golden(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dir, 'golden', `${name}.json`), 'utf8'));
}

describe('verify', () => {
  test('says which document, which chunk, what is lost and what survives, as JSON in a pipe', async () => {
    using folder = temporaryFolder();
    await writeDamaged(folder.path);
    mkdirSync(folder.at('.groundmist'));
    writeFileSync(folder.at('.groundmist/stores.json'), '{');
    const before = folderState(folder.path);
    const { lines, failure } = await runVerify(folder.path);
    expect(lines()).toEqual(golden('damage') as unknown[]);
    expect(failure?.kind.exit).toBe(3);
    expect(folderState(folder.path)).toEqual(before);
  });

  test('says the same in words to a person, with a bar that is gone at the end', async () => {
    using folder = temporaryFolder();
    await writeDamaged(folder.path);
    const { output, drawn, failure } = await runVerify(folder.path, { terminal: { isOutputShown: true } });
    expect(output).toContain(`${library} automerge:${second} is damaged.`);
    expect(output).toMatch(/Chunk \d of 4 \(a change, \d+ B, xyz.*\): its checksum does not match/);
    expect(output).toMatch(/Lost: 1 change: [0-9a-f]{64}\./);
    expect(output).toMatch(/Survives: 2 changes, which open .* 1 change wait/);
    expect(output).toContain('2 documents, 8 chunks');
    expect(drawn).toMatch(/\[#+-*\]/);
    expect(drawn).toEndWith('\r\u001B[2K');
    expect(failure?.code).toBe('StoreDamaged');
  });

  test('of what is whole ends well, also of one namespace and one document', async () => {
    using folder = temporaryFolder();
    await writeDamaged(folder.path);
    leaveStock(folder.at('other'));
    expect((await runVerify(folder.at('other'))).failure).toBeUndefined();
    const whole = await runVerify(folder.path, { target: first });
    expect(whole.lines()).toMatchObject([{ kind: 'summary', documents: 1, chunks: 4 }]);
    expect((await runVerify(folder.path, { target: library })).failure?.kind.exit).toBe(3);
    expect((await runVerify(folder.path, { target: 'xyz/groundmist' })).failure?.kind.exit).toBe(3);
  });

  test('refuses what it cannot look at, and what makes no sense', async () => {
    using folder = temporaryFolder();
    await writeDamaged(folder.path);
    const code = async (...given: Parameters<typeof runVerify>) => (await runVerify(...given)).failure?.code;
    expect(await code(folder.at('nowhere'))).toBe('NotFound');
    expect(await code(folder.path, { target: 'com.example' })).toBe('NotFound');
    expect(await code(folder.path, { target: `${library}.entry` })).toBe('Usage');
    expect(await code(folder.path, { options: { dryRun: true } })).toBe('Usage');
  });

  test('ends between documents when it is cancelled', async () => {
    using folder = temporaryFolder();
    await writeDamaged(folder.path);
    const signal = AbortSignal.abort(new Cancelled('SIGINT'));
    expect(await rejectionOf(runVerify(folder.path, { signal }))).toBeInstanceOf(Cancelled);
  });
});

describe('verify --repair', () => {
  test('says with --dry-run what it would do, and does nothing', async () => {
    using folder = temporaryFolder();
    await writeDamaged(folder.path);
    const before = folderState(folder.path);
    const { lines, failure } = await runVerify(folder.path, { options: { repair: true, dryRun: true } });
    expect(lines()).toContainEqual({
      kind: 'plan',
      rebuild: [],
      documents: [{ namespace: library, id: second, quarantined: 1 }],
      replacesStoresFile: false,
    });
    expect(failure?.kind.exit).toBe(3);
    expect(folderState(folder.path)).toEqual(before);
  });

  test('puts what is damaged into quarantine, and what is left is in order', async () => {
    using folder = temporaryFolder();
    await writeDamaged(folder.path);
    const { lines, failure } = await runVerify(folder.path, { options: { repair: true } });
    expect(failure).toBeUndefined();
    expect(lines()).toEqual(golden('repair') as unknown[]);
    expect(readdirSync(folder.at(`.groundmist/quarantine/${library}`)).toSorted()).toEqual([
      '1.chunk',
      '1.json',
    ]);
    expect((await runVerify(folder.path)).failure).toBeUndefined();
    expect((await runVerify(folder.path, { options: { repair: true } })).failure).toBeUndefined();
  });

  test('says in words what verify said, on lines of their own', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const path = folder.at('xyz/groundmist/library/documents.sqlite');
    {
      using database = new Database(path);
      database.run(
        "UPDATE chunk SET bytes = CAST(substr(bytes, 1, 40) || CASE substr(bytes, 41, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(bytes, 42) AS BLOB) WHERE id = (SELECT max(id) FROM chunk)",
      );
      database.run("UPDATE document SET heads = x'' WHERE number = 1");
    }
    const shown = { terminal: { isOutputShown: true } };
    const lostOf = (output: string) => output.match(/ {2}Lost: .*/g)?.toSorted();
    const before = await runVerify(folder.path, shown);
    expect(before.output).toContain('Lost: 1 change');
    const { output, failure } = await runVerify(folder.path, { ...shown, options: { repair: true } });
    expect(failure).toBeUndefined();
    expect(output).not.toContain('\\u000a');
    expect(output).not.toContain('0 chunks in quarantine');
    expect(output).toContain('recorded anew; what is left is sound.\n  Lost: ');
    expect(lostOf(output.slice(output.indexOf('quarantine now')))?.length).toBeGreaterThan(0);
    expect([...new Set(lostOf(output))]).toEqual([...new Set(lostOf(before.output))]);
  });

  test('makes a broken database anew, and keeps the old one', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    flip(folder.at('xyz/groundmist/library/documents.sqlite'), 8200);
    expect((await runVerify(folder.path)).output).toContain('4 documents with 15 chunks can be read out');
    const { lines, failure } = await runVerify(folder.path, { options: { repair: true } });
    expect(failure).toBeUndefined();
    const kept = expect.stringMatching(
      /^\.groundmist\/quarantine\/xyz\.groundmist\.library\/documents\.sqlite-\d+$/,
    );
    expect(lines()).toContainEqual({
      kind: 'rebuilt',
      namespace: leftNamespace,
      documents: 4,
      chunks: 15,
      kept,
    });
    expect((await runVerify(folder.path)).lines()).toMatchObject([
      { kind: 'summary', documents: 4, chunks: 15 },
    ]);
  });

  test('is refused while another holds the data directory, and says who', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    await useData(folder.path, 'sqlite', async () => {
      const { failure } = await runVerify(folder.path, { options: { repair: true } });
      expect(failure?.kind.exit).toBe(5);
      expect(failure?.message).toContain('`groundmist test`');
      expect((await runVerify(folder.path)).failure).toBeUndefined();
    });
  });

  test('leaves the database of apps and devices to its owner', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    flip(folder.at('.groundmist/control.sqlite'), 2);
    const before = readFileSync(folder.at('.groundmist/control.sqlite'));
    const { output, failure } = await runVerify(folder.path, { options: { repair: true } });
    expect(failure?.kind.exit).toBe(3);
    expect(output).toContain('without it you approve each anew');
    expect(readFileSync(folder.at('.groundmist/control.sqlite'))).toEqual(before);
  });

  for (const [way, change] of Object.entries({
    emptied: (path: string) => writeFileSync(path, ''),
    deleted: (path: string) => rmSync(path),
  })) {
    test(`says of a database of apps and devices that was ${way} what that means, with sums and without`, async () => {
      using folder = temporaryFolder();
      await leaveData(folder.path, 'sqlite');
      change(folder.at('.groundmist/control.sqlite'));
      const sealed = await runVerify(folder.path);
      expect(sealed.failure?.kind.exit).toBe(3);
      expect(sealed.output).toContain('without it you approve each anew');
      expect((await runVerify(folder.path, { options: { repair: true } })).failure?.kind.exit).toBe(3);
      rmSync(folder.at('.groundmist/sums'));
      const { output, failure } = await runVerify(folder.path);
      expect(failure?.kind.exit).toBe(3);
      expect(output).toContain('without it you approve each anew');
      await useData(folder.path, 'sqlite', async () => {});
      expect((await runVerify(folder.path)).failure).toBeUndefined();
    });
  }

  test('makes stores.json anew where what lies on disk leaves no doubt', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const before = readFileSync(folder.at('.groundmist/stores.json'), 'utf8');
    writeFileSync(folder.at('.groundmist/stores.json'), before.slice(0, -9));
    expect((await runVerify(folder.path, { options: { repair: true } })).failure).toBeUndefined();
    expect(readFileSync(folder.at('.groundmist/stores.json'), 'utf8')).toBe(before);
  });

  test('makes an entry of stores.json anew that names no store, and keeps the rest', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const file = folder.at('.groundmist/stores.json');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('"sqlite"', '"wqlite"'));
    expect((await runVerify(folder.path)).output).toContain('kept by \\"wqlite\\", which is no store');
    expect((await runVerify(folder.path, { options: { repair: true } })).failure).toBeUndefined();
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect((await runVerify(folder.path)).failure).toBeUndefined();
  });

  test('takes a file as it is that somebody put back and that is whole', async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    const file = folder.at('xyz/groundmist/library/documents.sqlite');
    const old = readFileSync(file);
    await useData(folder.path, 'sqlite', async (store) => {
      const [{ id } = { id: first }] = await store.list({ limit: 1 });
      await store.setAside(id, {
        sequences: [],
        reason: 'to change something',
        heads: (await store.facts(id))?.heads ?? [],
      });
    });
    writeFileSync(file, old);
    expect((await runVerify(folder.path)).output).toContain('It is not as it was left');
    expect((await runVerify(folder.path, { options: { repair: true } })).failure).toBeUndefined();
    expect((await runVerify(folder.path)).failure).toBeUndefined();
  });
});
