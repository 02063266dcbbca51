import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeDocuments, type BenchDocument } from '../corpus/documents.ts';
import { atLeast, atMost, timesBetter } from '../report/goal.ts';
import { Home, type ServerKind } from '../servers/home.ts';
import { upload } from '../wire/upload.ts';
import { medianOf } from '../report/statistics.ts';
import type { Figure, Figures, Row, Scenario } from './scenario.ts';
import { short, type Sizes } from './sizes.ts';
import { touchAll } from './touch-all.ts';

const megabyte = 1e6;

/** A store that fills up: how fast it takes the next documents, what it holds in memory and on disk, how it starts. */
export const growth: Scenario = {
  name: 'growth',
  rounds: () => 1,
  rows: (sizes) => [
    ...sizes.growth.map(rateRow),
    {
      id: 'rate-flat',
      measure: 'the last of these, of the first',
      unit: '%',
      better: 'more',
      goal: atLeast(80, '%'),
    },
    { id: 'disk', measure: 'disk per 1 KB document', unit: 'KB', better: 'less', goal: timesBetter(10) },
    {
      id: 'start-empty',
      measure: 'spawn to first join answered, nothing stored',
      unit: 'ms',
      better: 'less',
      goal: atMost(60, 'ms'),
    },
    {
      id: 'start-stored',
      measure: `the same, ${stored(sizes)} stored`,
      unit: 'ms',
      better: 'less',
      goal: atMost(60, 'ms'),
    },
    {
      id: 'memory-stored',
      measure: `RSS after ${stored(sizes)} documents came`,
      unit: 'MB',
      better: 'less',
      goal: atMost(100, 'MB'),
    },
    {
      id: 'memory-touched',
      measure: 'RSS after a restart and all were touched',
      unit: 'MB',
      better: 'less',
      goal: atMost(100, 'MB'),
    },
    {
      id: 'memory-left',
      measure: `RSS once they were left, of that before, within ${sizes.leftMs / 1000} s`,
      unit: '%',
      better: 'less',
      goal: atMost(120, '%'),
    },
  ],
  async measure(kind, sizes) {
    const steps = sizes.growth.filter((count) => kind.name === 'groundmist' || count <= sizes.stockGrowth);
    const documents = await makeDocuments((steps.at(-1) ?? 0) + sizes.rateSample);
    await using home = await Home.create(kind);
    const startsEmpty = await starts(home, sizes.starts);
    const rates = await fill(home, { documents, steps, sample: sizes.rateSample });
    await home.server.quiet();
    const { rssBytes } = home.server.usage();
    const diskBytes = diskUsage(home.dataFolder) / documents.length;
    const startsStored = await starts(home, sizes.starts);
    return {
      ...rates,
      disk: { value: diskBytes / 1000 },
      'start-empty': { value: startsEmpty },
      'start-stored': { value: startsStored },
      'memory-stored': { value: rssBytes / megabyte },
      ...(await touched(kind, home, { documents, sizes })),
    };
  },
};

function rateRow(count: number): Row {
  const row = { id: `rate-${short(count)}`, unit: '/s', better: 'more' } as const;
  return count === 0
    ? { ...row, measure: 'documents/s with none stored' }
    : { ...row, measure: `documents/s with ${short(count)} stored`, goal: timesBetter(150) };
}

function stored({ growth: counts }: Sizes): string {
  return short(counts.at(-1) ?? 0);
}

interface Filling {
  readonly documents: readonly BenchDocument[];
  readonly steps: readonly number[];
  readonly sample: number;
}

async function fill(home: Home, { documents, steps, sample }: Filling): Promise<Figures> {
  const rates: [id: string, Figure][] = [];
  const peer = await home.peer();
  let count = 0;
  for (const step of steps) {
    await upload(peer, documents.slice(count, step));
    await home.server.quiet();
    const meter = home.meter();
    count = step + sample;
    await upload(peer, documents.slice(step, count));
    const { wallMs, generatorShare } = meter.lap();
    rates.push([`rate-${short(step)}`, { value: sample / (wallMs / 1000), generatorShare }]);
  }
  peer.close();
  const flat = (rates.at(-1)?.[1].value ?? 0) / (rates[0]?.[1].value ?? 1);
  return { ...Object.fromEntries(rates), 'rate-flat': { value: flat * 100 } };
}

/** Not asked of the stock server: it holds all that it ever took in as it is. */
async function touched(
  kind: ServerKind,
  home: Home,
  { documents, sizes }: { readonly documents: readonly BenchDocument[]; readonly sizes: Sizes },
): Promise<Figures> {
  if (kind.name === 'stock') return {};
  const { baseBytes, touchedBytes, leftBytes, generatorShare } = await touchAll(
    home,
    documents,
    sizes.leftMs,
  );
  return {
    'memory-touched': { value: touchedBytes / megabyte, generatorShare },
    'memory-left': { value: (100 * leftBytes) / baseBytes },
  };
}

async function starts(home: Home, count: number): Promise<number> {
  const times: number[] = [];
  for (let start = 0; start < count; start++) times.push(await home.restart());
  return medianOf(times);
}

/** Whole blocks, and those of folders. */
function diskUsage(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.reduce((sum, entry) => sum + statSync(join(folder, entry)).blocks * 512, 0);
}
