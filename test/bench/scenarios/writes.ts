import { makeTypingChain, type Chain } from '../corpus/chain.ts';
import { newDocumentId } from '../corpus/documents.ts';
import { atMost } from '../report/goal.ts';
import { Home, type ServerKind } from '../servers/home.ts';
import { Follower } from '../wire/follower.ts';
import { upload } from '../wire/upload.ts';
import type { Figure, Scenario } from './scenario.ts';
import { editSteadily } from './stage.ts';

const typingMs = 150;
const writers = 20;
const patienceMs = 120_000;

/** What goes to the disk for each byte of the changes that came. */
export const writes: Scenario = {
  name: 'writes',
  rounds: ({ rounds }) => Math.min(rounds, 2),
  rows: () => [
    {
      id: 'writes-isolated',
      measure: 'bytes written per byte typed, edits 150 ms apart',
      unit: '×',
      better: 'less',
      goal: atMost(35, '×'),
    },
    {
      id: 'writes-concurrent',
      measure: `the same, ${writers} documents edited at once`,
      unit: '×',
      better: 'less',
      goal: atMost(10, '×'),
    },
  ],
  async measure(kind, { isolatedEdits, concurrentEdits }) {
    return {
      'writes-isolated': await writeAlone(kind, isolatedEdits),
      'writes-concurrent': await writeTogether(kind, concurrentEdits),
    };
  },
};

async function writeAlone(kind: ServerKind, count: number): Promise<Figure> {
  const chain = await makeTypingChain(count);
  await using home = await Home.create(kind);
  const editor = await openCopy(home, chain);
  await home.server.quiet();
  const meter = home.meter();
  await editSteadily(editor, { everyMs: typingMs, count });
  await home.server.quiet();
  return { value: meter.lap().writtenBytes / typedBytes(chain) };
}

/** Each writes on as soon as the server has the last change. */
async function writeTogether(kind: ServerKind, count: number): Promise<Figure> {
  const chain = await makeTypingChain(count);
  await using home = await Home.create(kind, writers + 1);
  const editors = await Promise.all(Array.from({ length: writers }, () => openCopy(home, chain)));
  await home.server.quiet();
  const meter = home.meter();
  await Promise.all(editors.map(writeOn));
  const { generatorShare } = meter.lap();
  await home.server.quiet();
  return { value: meter.lap().writtenBytes / (writers * typedBytes(chain)), generatorShare };
}

function writeOn(editor: Follower): Promise<void> {
  return new Promise((resolve, reject) => {
    const stalled = setTimeout(() => reject(new Error('an edit was not acknowledged')), patienceMs);
    let written = editor.edit();
    editor.onAck = (place) => {
      if (written === undefined || place < written) return;
      written = editor.edit();
      if (written !== undefined) return;
      clearTimeout(stalled);
      resolve();
    };
  });
}

/** A document of its own with the content of the chain's. */
async function openCopy(home: Home, chain: Chain): Promise<Follower> {
  const copy = { ...chain.base, id: newDocumentId() };
  const peer = await home.peer();
  await upload(peer, [copy]);
  return Follower.open(peer, copy.id, chain);
}

function typedBytes({ changes }: Chain): number {
  return changes.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
