/** `bun test/e2e/kill-loop.ts [kills] [seed] [sqlite|nodefs]`: the kill -9 test as long as you like; ends at the first loss. */
import { seededRandom } from '../support/seeded-random.ts';
import { KillRounds } from './kill-rounds.ts';
import { Installation } from './server.ts';

const reportEvery = 10;
/** The part of the kills that waits for a compaction. */
const compactions = 0.2;
const kills = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 32));
const store = process.argv[4] ?? 'sqlite';

console.log(`${kills} kills, seed ${seed}, ${store}`);
await using home = await Installation.create();
home.settings = { ...home.settings, GROUNDMIST_STORE: store };
const random = seededRandom(seed);
using rounds = new KillRounds(home, random);
let server = await home.serve();
while (rounds.tally.kills < kills) {
  server = await rounds.round(server, random() < compactions ? 'at compaction' : 'midway');
  if (rounds.tally.kills % reportEvery === 0) console.log(JSON.stringify(rounds.tally));
}
await rounds.check();
await server.stop();
console.log(`Nothing seen was lost: ${JSON.stringify(rounds.tally)}`);
