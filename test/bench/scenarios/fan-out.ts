import { makeTypingChain } from '../corpus/chain.ts';
import { eventually } from '../../support/eventually.ts';
import { timesBetter } from '../report/goal.ts';
import { Home, type ServerKind } from '../servers/home.ts';
import type { Figure, Scenario } from './scenario.ts';
import { editSteadily, setStage, watcherCount } from './stage.ts';

const mostChanges = 10_000;
const inFlight = 200;
const steadyEveryMs = 50;
const pollMs = 1;

/** What it costs to hand one change to one watcher, when there is more than can be done and when there is little. */
export const fanOut: Scenario = {
  name: 'fan-out',
  rounds: ({ rounds }) => rounds,
  rows: () => [
    {
      id: 'fan-out-saturated',
      measure: 'fan-out CPU per delivery, saturated',
      unit: 'µs',
      better: 'less',
      goal: timesBetter(50),
    },
    {
      id: 'fan-out-steady',
      measure: 'the same, at 20 changes/s',
      unit: 'µs',
      better: 'less',
      goal: timesBetter(8),
    },
  ],
  async measure(kind, { fanOutMs }) {
    return {
      'fan-out-saturated': await saturate(kind, fanOutMs),
      'fan-out-steady': await keepSteady(kind, fanOutMs),
    };
  },
};

/** So many changes are under way at a time; one is through once every watcher has it. */
async function saturate(kind: ServerKind, forMs: number): Promise<Figure> {
  const chain = await makeTypingChain(mostChanges);
  await using home = await Home.create(kind, watcherCount + 2);
  let deliveries = 0;
  let sent = 0;
  const editor = await setStage(home, chain, () => (deliveries += 1));
  const meter = home.meter();
  const deadline = performance.now() + forMs;
  const isOver = (): boolean => performance.now() >= deadline || deliveries >= mostChanges * watcherCount;
  while (!isOver()) {
    const through = Math.floor(deliveries / watcherCount);
    while (sent - through < inFlight && editor.edit() !== undefined) sent += 1;
    await Bun.sleep(pollMs);
  }
  const { cpuMs, generatorShare } = meter.lap();
  return { value: (1000 * cpuMs) / deliveries, generatorShare };
}

async function keepSteady(kind: ServerKind, forMs: number): Promise<Figure> {
  const count = Math.ceil(forMs / steadyEveryMs);
  const chain = await makeTypingChain(count);
  await using home = await Home.create(kind, watcherCount + 2);
  let deliveries = 0;
  const editor = await setStage(home, chain, () => (deliveries += 1));
  const meter = home.meter();
  await editSteadily(editor, { everyMs: steadyEveryMs, count });
  await eventually('all have seen every change', () => deliveries === count * watcherCount);
  const { cpuMs, generatorShare } = meter.lap();
  return { value: (1000 * cpuMs) / deliveries, generatorShare };
}
