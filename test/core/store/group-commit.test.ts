import { expect, test } from 'bun:test';
import { BatchTransaction } from '../../../src/core/store/batch-transaction.ts';
import { GroupCommit } from '../../../src/core/store/group-commit.ts';
import { StoreMeasures } from '../../../src/core/store/store-measures.ts';
import { TestClock } from '../../support/clock.ts';
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

/** One of whose writes none goes into the tail; those told to the log fail at the end of their batch. */
class FakeTail {
  readonly #marks: number[] = [];
  #mark = 0;
  failing: string | undefined;
  written = 0;

  log(): void {
    this.#marks.push(this.#mark);
    this.#mark += 1;
  }
  mark(): number {
    return this.#mark;
  }
  undoTo(mark: number): void {
    this.#mark = mark;
    this.#marks.splice(this.#marks.findIndex((one) => one >= mark) >>> 0);
  }
  prepare(): void {}
  reread(): void {}
  committed(): void {}
  write(): boolean {
    if (this.failing) throw Object.assign(new Error(this.failing), { code: this.failing });
    const isSomething = this.#marks.length > 0;
    this.written += this.#marks.splice(0).length;
    this.#mark = 0;
    return isSomething;
  }
  undoUnwritten(): readonly number[] {
    this.#mark = 0;
    return this.#marks.splice(0);
  }
}

function groupCommit(database: FakeDatabase, tail = new FakeTail()) {
  const measures = new StoreMeasures();
  const transaction = new BatchTransaction(database, { disk: roomyDisk(), tail, committed: nothing });
  const commits = new GroupCommit(transaction, { clock: new TestClock(), measures });
  /** A write that changes tables. */
  const change = (): void => transaction.enter();
  return { commits, change, tail, measures };
}

test('all that arrives together shares one commit, and runs in its order', async () => {
  const database = new FakeDatabase();
  const { commits, change } = groupCommit(database);
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      commits.add(() => {
        change();
        order.push(index);
      }),
    ),
  );
  expect(database.count('COMMIT')).toBe(1);
  expect(order).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test('nothing resolves before its commit has returned', async () => {
  const database = new FakeDatabase();
  const { commits, change } = groupCommit(database);
  await commits.add(change);
  expect(database.statements.at(-1)).toBe('COMMIT');
});

test('a crowd is committed in several batches, none of them left out', async () => {
  const database = new FakeDatabase();
  const { commits, change } = groupCommit(database);
  let written = 0;
  await Promise.all(
    Array.from({ length: 3000 }, () =>
      commits.add(() => {
        change();
        written += 1;
      }),
    ),
  );
  expect(written).toBe(3000);
  expect(database.count('COMMIT')).toBe(3);
});

test('a commit that fails rejects its whole batch; a busy database is tried again with the next', async () => {
  const database = new FakeDatabase();
  const { commits, change } = groupCommit(database);
  database.failing.set('COMMIT', 'SQLITE_BUSY');
  const batch = [commits.add(change), commits.add(change)].map(codeOf);
  expect(await Promise.all(batch)).toEqual(['StoreUnavailable', 'StoreUnavailable']);
  expect(database.statements.at(-1)).toBe('ROLLBACK');
  database.failing.clear();
  expect(await codeOf(commits.add(change))).toBe('no failure');
});

test('after a failed fsync nothing is accepted until a restart', async () => {
  const database = new FakeDatabase();
  const { commits, change } = groupCommit(database);
  database.failing.set('COMMIT', 'SQLITE_IOERR_FSYNC');
  const batch = Array.from({ length: 2000 }, () => codeOf(commits.add(change)));
  expect(new Set(await Promise.all(batch))).toEqual(new Set(['StoreUnavailable']));
  database.failing.clear();
  expect(await codeOf(commits.add(change))).toBe('StoreUnavailable');
  expect(database.count('COMMIT')).toBe(1);
});

test('what need not be on disk is committed without a sync, alone or with others like it', async () => {
  const database = new FakeDatabase();
  const { commits, change } = groupCommit(database);
  const give = (value: number) => () => {
    change();
    return value;
  };
  expect(await Promise.all([commits.addUnsynced(give(1)), commits.addUnsynced(give(2))])).toEqual([1, 2]);
  expect(database.statements).toEqual(['PRAGMA synchronous = NORMAL', 'BEGIN IMMEDIATE', 'COMMIT']);
  database.statements.length = 0;
  await Promise.all([commits.addUnsynced(change), commits.add(change)]);
  expect(database.statements).toEqual(['PRAGMA synchronous = FULL', 'BEGIN IMMEDIATE', 'COMMIT']);
  database.statements.length = 0;
  await commits.add(change);
  expect(database.statements[0]).toBe('BEGIN IMMEDIATE');
  expect(database.count('COMMIT')).toBe(1);
});

test('nothing durable is committed while syncing cannot be turned on', async () => {
  const database = new FakeDatabase();
  const { commits, change } = groupCommit(database);
  await commits.addUnsynced(change);
  database.failing.set('PRAGMA synchronous = FULL', 'SQLITE_BUSY');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(await codeOf(commits.add(change))).toBe('StoreUnavailable');
  }
  expect(database.count('COMMIT')).toBe(1);
  database.failing.clear();
  expect(await codeOf(commits.add(change))).toBe('no failure');
});

test('a write that fails is undone alone, and its neighbours are tried again without it', async () => {
  const database = new FakeDatabase();
  const { commits, change } = groupCommit(database);
  const fail = (): never => {
    throw new Failure('Internal', 'no');
  };
  const writes = [commits.add(change), commits.add(fail), commits.add(change)].map(codeOf);
  expect(await Promise.all(writes)).toEqual(['no failure', 'Internal', 'no failure']);
  expect(database.count('ROLLBACK TO one')).toBe(1);
  expect(database.count('COMMIT')).toBe(1);
});

test('a batch that changes no table has no transaction', async () => {
  const database = new FakeDatabase();
  const { commits, tail } = groupCommit(database);
  await Promise.all([commits.add(() => tail.log()), commits.add(() => tail.log())]);
  expect(database.statements).toEqual([]);
  expect(tail.written).toBe(2);
});

test('where the tail cannot be written, what was left to it fails and what is in the database stands', async () => {
  const database = new FakeDatabase();
  const { commits, change, tail } = groupCommit(database);
  const write = (): Promise<unknown[]> =>
    Promise.all([() => tail.log(), change, () => tail.log()].map((one) => codeOf(commits.add(one))));
  tail.failing = 'ENOSPC';
  expect(await write()).toEqual(['StoreUnavailable', 'no failure', 'StoreUnavailable']);
  expect(database.statements.at(-1)).toBe('COMMIT');
  tail.failing = undefined;
  expect(await write()).toEqual(['no failure', 'no failure', 'no failure']);
  tail.failing = 'EIO';
  expect(await write()).toEqual(['StoreUnavailable', 'no failure', 'StoreUnavailable']);
  tail.failing = undefined;
  expect(new Set(await write())).toEqual(new Set(['StoreUnavailable']));
  expect(database.count('COMMIT')).toBe(3);
});
