import { Database } from 'bun:sqlite';
import { expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { seededRandom } from '../support/seeded-random.ts';
import { KillRounds } from './kill-rounds.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

const kills = 4;

test.each(['sqlite', 'nodefs'])(
  'kill -9 while two clients write loses and damages nothing that anybody had seen: %s',
  async (store) => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.log(`      (seed ${seed}; test/e2e/kill-loop.ts repeats it with any number of kills)`);
    await using home = await Installation.create();
    home.settings = { ...home.settings, GROUNDMIST_STORE: store };
    using rounds = new KillRounds(home, seededRandom(seed));
    let server = await home.serve();
    while (rounds.tally.kills < kills) server = await rounds.round(server);
    server = await rounds.round(server, 'at compaction');
    await rounds.check();
    await server.stop();
    expect(rounds.tally.contents).toBeGreaterThan(0);
    if (store === 'nodefs') return;
    using database = new Database(join(home.dataDirectory, 'xyz/groundmist/library/documents.sqlite'));
    expect(database.query('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  },
);
