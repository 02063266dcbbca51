import { statSync } from 'node:fs';
import { Binary } from '../../e2e/binary.ts';
import { atMost } from '../report/goal.ts';
import { medianOf } from '../report/statistics.ts';
import type { Scenario } from './scenario.ts';

const runs = 15;
const lines: readonly (readonly [id: string, args: readonly string[]])[] = [
  ['command-version', ['--version']],
  ['command-help', ['--help']],
  ['command-config', ['config']],
  ['command-completion', ['completion', 'bash']],
];

/** What the owner waits for on the command line; the stock stack has none. */
export const commands: Scenario = {
  name: 'commands',
  rounds: ({ name }) => (name === 'short' ? 0 : 1),
  rows: () => [
    {
      id: 'command-version',
      measure: '`groundmist --version`',
      unit: 'ms',
      better: 'less',
      goal: atMost(30, 'ms'),
    },
    { id: 'command-help', measure: '`groundmist --help`', unit: 'ms', better: 'less' },
    { id: 'command-config', measure: '`groundmist config`', unit: 'ms', better: 'less' },
    { id: 'command-completion', measure: '`groundmist completion bash`', unit: 'ms', better: 'less' },
    { id: 'binary-size', measure: 'size of the binary', unit: 'MB', better: 'less' },
  ],
  async measure(kind) {
    if (kind.name === 'stock') return {};
    using binary = new Binary();
    const times = [];
    for (const [id, args] of lines) times.push([id, { value: await medianMs(binary, args) }] as const);
    const size = { value: statSync(binary.path).size / 1e6 };
    return { ...Object.fromEntries(times), 'binary-size': size };
  },
};

async function medianMs(binary: Binary, args: readonly string[]): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    await binary.run(args);
    times.push(performance.now() - startedAt);
  }
  return medianOf(times);
}
