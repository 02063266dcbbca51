import { makeTypingChain } from '../corpus/chain.ts';
import { eventually } from '../../support/eventually.ts';
import { atMost } from '../report/goal.ts';
import { percentileOf } from '../report/statistics.ts';
import { Home } from '../servers/home.ts';
import type { Scenario } from './scenario.ts';
import { editSteadily, setStage, watcherCount } from './stage.ts';

const everyMs = 100;
const warmUp = 5;

/** Somebody types, twenty others watch. */
export const propagation: Scenario = {
  name: 'propagation',
  rounds: ({ rounds }) => rounds,
  rows: () => [
    {
      id: 'propagation-p50',
      measure: 'change on one client → seen by 20 others, p50',
      unit: 'ms',
      better: 'less',
      goal: atMost(2, 'ms'),
    },
    { id: 'propagation-p99', measure: 'the same, p99', unit: 'ms', better: 'less', goal: atMost(6, 'ms') },
  ],
  async measure(kind, { propagationMs }) {
    const count = propagationMs / everyMs;
    const chain = await makeTypingChain(count);
    await using home = await Home.create(kind, watcherCount + 2);
    const sentAt: number[] = [];
    const latenciesMs: number[] = [];
    let seen = 0;
    const editor = await setStage(home, chain, (place) => {
      seen += 1;
      if (place > warmUp) latenciesMs.push(performance.now() - (sentAt[place] ?? Number.NaN));
    });
    const meter = home.meter();
    await editSteadily(editor, { everyMs, count }, (place) => (sentAt[place] = performance.now()));
    await eventually('all have seen every change', () => seen === count * watcherCount);
    const { generatorShare } = meter.lap();
    return {
      'propagation-p50': { value: percentileOf(latenciesMs, 50), generatorShare },
      'propagation-p99': { value: percentileOf(latenciesMs, 99), generatorShare },
    };
  },
};
