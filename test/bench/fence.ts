/** What Automerge behind its fence costs; reported, never asserted. `bun run bench`. */
import { change, from, save, splice } from '@automerge/automerge';
import { readdirSync, readFileSync } from 'node:fs';
import { createFence, type Fence } from '../../src/core/fence/fence.ts';
import { defaultFenceLimits } from '../../src/core/fence/limits.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { getLogger } from '@logtape/logtape';
import { Binary } from '../e2e/binary.ts';
import { seededRandom } from '../support/seeded-random.ts';

const documents = 10_000;
const rounds = 3;
const starts = 10;
const largeChanges = 10_000;
/** Of the times in /proc: always 100 on Linux. */
const ticksPerSecond = 100;

const random = seededRandom(1);
const word = (): string => random().toString(36).slice(2, 10);

function report(what: string, figure: string): void {
  console.log(`${what.padEnd(60)}${figure.padStart(14)}`);
}

function smallDocument(): Uint8Array {
  return save(from({ title: word(), done: false, text: Array.from({ length: 110 }, word).join(' ') }));
}

function largeDocument(): Uint8Array {
  let doc = from({ text: '' });
  for (let n = 0; n < largeChanges; n++) {
    doc = change(doc, (draft) =>
      splice(draft, ['text'], Math.floor(random() * draft.text.length), 0, word()),
    );
  }
  return save(doc);
}

/** What /proc says of our one child; nothing before it is started. */
function childUsage(): { readonly cpuMs: number; readonly residentMegabytes: number } {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = statOf(pid);
    if (fields?.[1] !== String(process.pid)) continue;
    const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
    const resident = /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return { cpuMs, residentMegabytes: Number(resident) / 1000 };
  }
  return { cpuMs: 0, residentMegabytes: 0 };
}

/** From the state of the process on, which follows its name; undefined where it has just ended. */
function statOf(pid: string): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ');
  } catch {
    return undefined;
  }
}

async function reportOpens(fence: Fence): Promise<void> {
  const chunks = Array.from({ length: documents }, smallDocument);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0) / documents;
  report(`bytes of a small document`, bytes.toFixed(0));
  for (let round = 1; round <= rounds; round++) {
    const [before, parentBefore, startedAt] = [childUsage(), process.cpuUsage(), performance.now()];
    await Promise.all(chunks.map((chunk) => fence.open(chunk, 'background')));
    const parent = process.cpuUsage(parentBefore);
    const wallMs = performance.now() - startedAt;
    const after = childUsage();
    report(`round ${round}: child CPU each`, `${((after.cpuMs - before.cpuMs) / documents).toFixed(3)} ms`);
    report('         parent CPU each', `${((parent.user + parent.system) / 1000 / documents).toFixed(3)} ms`);
    report('         wall each', `${(wallMs / documents).toFixed(3)} ms`);
    report('         RSS of the child', `${after.residentMegabytes.toFixed(0)} MB`);
  }
}

async function reportStarts(open: () => Fence): Promise<void> {
  const chunk = smallDocument();
  const times: number[] = [];
  for (let start = 0; start < starts; start++) {
    const fence = open();
    const startedAt = performance.now();
    await fence.open(chunk, 'awaited');
    times.push(performance.now() - startedAt);
    await fence.close();
  }
  const median = times.toSorted((a, b) => a - b)[starts / 2] ?? Number.NaN;
  report('spawn to first answer (median)', `${median.toFixed(1)} ms`);
}

async function reportLarge(fence: Fence): Promise<void> {
  const chunk = largeDocument();
  const time = async (what: string, work: () => Promise<{ readonly kind: string }>): Promise<void> => {
    const startedAt = performance.now();
    const { kind } = await work();
    report(
      `${largeChanges.toLocaleString('en-US')} changes in ${(chunk.length / 1000).toFixed(0)} KB: ${what}`,
      `${(performance.now() - startedAt).toFixed(0)} ms`,
    );
    if (kind === 'refused') throw new Error(`${what} was refused`);
  };
  await time('open', () => fence.open(chunk, 'awaited'));
  const opened = await fence.open(chunk, 'awaited');
  const heads = opened.kind === 'opened' ? opened.heads : [];
  await time('extract one, opened before', () => fence.extract([chunk], heads));
  await time('compact, opened before', () => fence.compact([chunk]));
  await time('judge nothing on top', () => fence.judge([chunk], [], 'awaited'));
}

using binary = new Binary();
const openBinary = (): Fence =>
  createFence({
    command: [binary.path],
    limits: defaultFenceLimits,
    clock: systemClock,
    log: getLogger('bench'),
  });
await reportStarts(openBinary);
const fence = openBinary();
await reportOpens(fence);
await reportLarge(fence);
await fence.close();
