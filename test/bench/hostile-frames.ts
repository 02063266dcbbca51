/**
 * What hostile frames cost the built server: how long until their sender is told, and how much memory it takes meanwhile;
 * reported, never asserted. `bun --no-env-file test/bench/hostile-frames.ts [part of a name]` (Linux).
 */
import { LeanClient } from '../support/lean-client.ts';
import { dearFrames, hostileFrames, type HostileFrames, type Target } from '../support/hostile-frames.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Binary } from '../e2e/binary.ts';
import { groundmistServer } from './servers/groundmist.ts';
import { Home } from './servers/home.ts';

const [wanted = ''] = process.argv.slice(2);
const sampleMs = 5;
/** Automerge judges within half a minute, and may work on each piece for a quarter of one. */
const judgementMs = 60_000;

interface Outcome {
  readonly sentBytes: number;
  readonly toldMs: number;
  readonly grownBytes: number;
  readonly told: string;
}

using binary = new Binary();
report(['frames', 'sent', 'told after', 'memory', 'told']);
for (const frames of [...hostileFrames, ...dearFrames]) {
  if (!frames.name.includes(wanted)) continue;
  await using home = await Home.create(groundmistServer(binary));
  const { sentBytes, toldMs, grownBytes, told } = await run(home, frames);
  const grown = Math.round(grownBytes / 2 ** 20);
  report([
    frames.name,
    `${(sentBytes / 1024).toFixed(1)} KiB`,
    `${toldMs.toFixed(1)} ms`,
    `${grown} MiB`,
    told,
  ]);
}
process.exit();

function report([name = '', sent = '', after = '', memory = '', told = '']: readonly string[]): void {
  console.log(`${name.padEnd(72)}${sent.padStart(12)}${after.padStart(12)}${memory.padStart(10)}  ${told}`);
}

async function run(home: Home, frames: HostileFrames): Promise<Outcome> {
  const { documentId, doc } = await knownDocument(home);
  const peer = await RawPeer.join(home.nextUrl());
  const made = [...(await frames.make({ senderId: peer.peerId, documentId, doc }))];
  using memory = watchMemory(home);
  const startedAt = performance.now();
  for (const frame of made) peer.sendBytes(frame);
  const isAnswered = (): boolean => peer.frames.some(({ type }) => type === 'sync');
  await until(() => peer.isClosed || (frames.closing === undefined && isAnswered()));
  const toldMs = performance.now() - startedAt;
  const answer = peer.isClosed ? '' : 'answered; ';
  if (dearFrames.includes(frames))
    await until(() => peer.isClosed || performance.now() - startedAt > judgementMs);
  const { code, reason } = peer.isClosed ? await peer.closing() : { code: 'stays open', reason: '' };
  const later = answer && peer.isClosed ? `after ${Math.round(performance.now() - startedAt)} ms ` : '';
  const sentBytes = made.reduce((sum, { length }) => sum + length, 0);
  return { sentBytes, toldMs, grownBytes: memory.grown(), told: `${answer}${later}${code} ${reason}` };
}

/** A document that was sent, opened and sent on before: none of that is counted here, and nobody follows it any more. */
async function knownDocument(home: Home): Promise<Omit<Target, 'senderId'>> {
  const honest = await LeanClient.connect(home.nextUrl());
  const documentId = honest.create({ list: [1, 2] });
  const reader = await LeanClient.connect(home.nextUrl());
  const doc = await reader.find(documentId);
  for (const client of [honest, reader]) client.close();
  if (!doc) throw new Error('the document was just sent');
  return { documentId, doc };
}

/** Looks each millisecond, which `eventually` does not. */
async function until(check: () => boolean): Promise<void> {
  while (!check()) await Bun.sleep(1);
}

/** By how much the server and its child grew at most since now. */
function watchMemory({ server }: Home): Disposable & { readonly grown: () => number } {
  const before = server.usage().rssBytes;
  let most = before;
  const look = (): void => void (most = Math.max(most, server.usage().rssBytes));
  const timer = setInterval(look, sampleMs);
  return {
    grown() {
      look();
      return most - before;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
