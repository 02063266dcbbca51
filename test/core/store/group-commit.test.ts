import { expect, test } from 'bun:test';
import { BatchTransaction } from '../../../src/core/store/batch-transaction.ts';
import { GroupCommit } from '../../../src/core/store/group-commit.ts';
import { codeOf } from '../../support/rejection.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { Failure } from '../../../src/core/failure.ts';

/** A database that notes its statements and fails at those it is told to. */
class FakeDatabase {
  readonly statements: string[] = [];
  readonly failing = new Map<string, string>();
  inTransaction = false;

  run(sql: string): { changes: number; lastInsertRowid: number } {
    this.statements.push(sql);
    const code = this.failing.get(sql);
    if (code) throw Object.assign(new Error(code), { code });
    if (sql.startsWith('BEGIN')) this.inTransaction = true;
    if (sql === 'COMMIT' || sql === 'ROLLBACK') this.inTransaction = false;
    return { changes: 0, lastInsertRowid: 0 };
  }

  count(sql: string): number {
    return this.statements.filter((statement) => statement === sql).length;
  }
}

const nothing = (): void => {};

function groupCommit(database: FakeDatabase): GroupCommit {
  return new GroupCommit(
    new BatchTransaction(database, {
      disk: roomyDisk(),
      beforeCommit: nothing,
      committed: nothing,
      undone: nothing,
    }),
  );
}

test('all that arrives together shares one commit, and runs in its order', async () => {
  const database = new FakeDatabase();
  const commits = groupCommit(database);
  const order: number[] = [];
  await Promise.all(Array.from({ length: 100 }, (_, index) => commits.add(() => void order.push(index))));
  expect(database.count('COMMIT')).toBe(1);
  expect(order).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test('nothing resolves before its commit has returned', async () => {
  const database = new FakeDatabase();
  const commits = groupCommit(database);
  await commits.add(nothing);
  expect(database.statements.at(-1)).toBe('COMMIT');
});

test('a crowd is committed in several batches, none of them left out', async () => {
  const database = new FakeDatabase();
  const commits = groupCommit(database);
  let written = 0;
  await Promise.all(Array.from({ length: 3000 }, () => commits.add(() => void (written += 1))));
  expect(written).toBe(3000);
  expect(database.count('COMMIT')).toBe(3);
});

test('a commit that fails rejects its whole batch; a busy database is tried again with the next', async () => {
  const database = new FakeDatabase();
  const commits = groupCommit(database);
  database.failing.set('COMMIT', 'SQLITE_BUSY');
  const batch = [commits.add(nothing), commits.add(nothing)].map(codeOf);
  expect(await Promise.all(batch)).toEqual(['StoreUnavailable', 'StoreUnavailable']);
  expect(database.statements.at(-1)).toBe('ROLLBACK');
  database.failing.clear();
  expect(await codeOf(commits.add(nothing))).toBe('no failure');
});

test('after a failed fsync nothing is accepted until a restart', async () => {
  const database = new FakeDatabase();
  const commits = groupCommit(database);
  database.failing.set('COMMIT', 'SQLITE_IOERR_FSYNC');
  const batch = Array.from({ length: 2000 }, () => codeOf(commits.add(nothing)));
  expect(new Set(await Promise.all(batch))).toEqual(new Set(['StoreUnavailable']));
  database.failing.clear();
  expect(await codeOf(commits.add(nothing))).toBe('StoreUnavailable');
  expect(database.count('COMMIT')).toBe(1);
});

test('what need not be on disk is committed without a sync, alone or with others like it', async () => {
  const database = new FakeDatabase();
  const commits = groupCommit(database);
  expect(await Promise.all([commits.addUnsynced(() => 1), commits.addUnsynced(() => 2)])).toEqual([1, 2]);
  expect(database.statements).toEqual(['PRAGMA synchronous = NORMAL', 'BEGIN IMMEDIATE', 'COMMIT']);
  database.statements.length = 0;
  await Promise.all([commits.addUnsynced(nothing), commits.add(nothing)]);
  expect(database.statements).toEqual(['PRAGMA synchronous = FULL', 'BEGIN IMMEDIATE', 'COMMIT']);
  database.statements.length = 0;
  await commits.add(nothing);
  expect(database.statements[0]).toBe('BEGIN IMMEDIATE');
  expect(database.count('COMMIT')).toBe(1);
});

test('nothing durable is committed while syncing cannot be turned on', async () => {
  const database = new FakeDatabase();
  const commits = groupCommit(database);
  await commits.addUnsynced(nothing);
  database.failing.set('PRAGMA synchronous = FULL', 'SQLITE_BUSY');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(await codeOf(commits.add(nothing))).toBe('StoreUnavailable');
  }
  expect(database.count('COMMIT')).toBe(1);
  database.failing.clear();
  expect(await codeOf(commits.add(nothing))).toBe('no failure');
});

test('a write that fails is undone alone, and its neighbours are tried again without it', async () => {
  const database = new FakeDatabase();
  const commits = groupCommit(database);
  const fail = (): never => {
    throw new Failure('Internal', 'no');
  };
  const writes = [commits.add(nothing), commits.add(fail), commits.add(nothing)].map(codeOf);
  expect(await Promise.all(writes)).toEqual(['no failure', 'Internal', 'no failure']);
  expect(database.count('ROLLBACK TO one')).toBe(1);
  expect(database.count('COMMIT')).toBe(1);
});
