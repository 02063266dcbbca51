import { expect, setDefaultTimeout, test } from 'bun:test';
import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { controlDatabasePath, documentsPath } from '../../src/core/store/layout.ts';
import { findCommit } from './earlier-binary.ts';
import { Installation, library } from './server.ts';

setDefaultTimeout(120_000);

const before = findCommit('HEAD~1');
const why = before === undefined ? ' (skipped: this checkout has no commit before this one)' : '';
// No failure, for a checkout without history is an honest one; but nobody shall take it for tried.
if (before === undefined)
  process.stderr.write(
    `NOT TRIED: the upgrade from the commit before and back.${why} \`git fetch --depth 2\` brings it.\n`,
  );

test.skipIf(before === undefined)(
  `from the commit before this one and back again, no edit is lost and no client is left behind${why}`,
  async () => {
    const script = join(import.meta.dir, 'upgrade-from.ts');
    const child = Bun.spawn([process.execPath, '--no-env-file', script, before ?? ''], { stderr: 'pipe' });
    // It is refused where this commit has brought the tables forward.
    expect(await child.stdout.text()).toMatch(
      / none lost; back: (?:as good|.* was used by a newer groundmist)/,
    );
    expect(await child.exited).toBe(0);
  },
);

test.each([
  ['the control database', (home: string) => controlDatabasePath(home)],
  ['one namespace', (home: string) => documentsPath(home, parseNamespace(library))],
])('where a newer groundmist has used %s, the server does not start and says why', async (_what, pathIn) => {
  await using home = await Installation.create();
  const first = await home.serve();
  (await home.client(await home.admit())).close();
  await first.stop();
  {
    using database = new Database(pathIn(home.dataDirectory));
    database.run("INSERT INTO migration (name) VALUES ('later-99')");
  }
  const server = home.launch();
  expect((await server.ending()).exitCode).toBe(1);
  expect(await server.stderr.whole()).toContain('was used by a newer groundmist');
});
