import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { readLines } from '../support/child-lines.ts';
import { temporaryFolder } from '../support/folder.ts';

/** How another process fares that opens a new database while we read it, and stop when it has begun. */
async function openBesideReader(path: string): Promise<string> {
  using reader = new Database(path);
  reader.run('CREATE TABLE any (one TEXT)');
  reader.run('BEGIN');
  reader.query('SELECT * FROM any').all();
  const script = join(import.meta.dir, 'open-beside-reader.ts');
  const opening = Bun.spawn([process.execPath, '--no-env-file', script, path], {
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const lines = readLines(opening.stdout);
  expect((await lines.next()).value).toBe('opening');
  reader.run('COMMIT');
  const { value } = await lines.next();
  return value ?? (await new Response(opening.stderr).text());
}

test('a new database that another program looks at for a moment opens when that one is done', async () => {
  using folder = temporaryFolder();
  // Many, for whether the other process meets our lock is a matter of microseconds.
  const paths = Array.from({ length: 16 }, (_, index) => join(folder.path, `${index}.sqlite`));
  const outcomes = await Promise.all(paths.map(openBesideReader));
  expect(outcomes).toEqual(paths.map(() => 'opened'));
});
