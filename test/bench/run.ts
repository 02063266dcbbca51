/** Compares groundmist with the stock stack. `bun run bench --help`. */
import { Binary } from '../e2e/binary.ts';
import { diskLimits } from './limits/disk.ts';
import { echoLimit } from './limits/echo.ts';
import { wasmLimit } from './limits/wasm.ts';
import { compare, type Failed } from './report/compare.ts';
import { calibrate, describeCalibration, describeMachine } from './report/machine.ts';
import { parseOptions, type Options } from './report/options.ts';
import { updatePage } from './report/page.ts';
import type { Result } from './report/result.ts';
import { formatFigure, renderResults, renderTable } from './report/table.ts';
import { scenarios } from './scenarios/all.ts';
import { groundmistServer } from './servers/groundmist.ts';
import { endAllServers } from './servers/running-server.ts';
import { stockServer } from './servers/stock.ts';

async function bench({ sizes, wants, isJson, isUpdate }: Options): Promise<void> {
  using binary = new Binary();
  const kinds = [await stockServer(), groundmistServer(binary)];
  const calibrations = [calibrate()];
  const results: Result[] = [];
  const failed: Failed[] = [];
  for (const scenario of scenarios) {
    const rows = scenario.rows(sizes).filter(({ id }) => wants(id, scenario.name));
    if (rows.length === 0 || scenario.rounds(sizes) === 0) continue;
    const compared = await compare(scenario, kinds, sizes);
    results.push(...compared.results.filter(({ row }) => rows.some(({ id }) => id === row.id)));
    failed.push(...compared.failed);
    calibrations.push(calibrate());
  }
  const limits = [...diskLimits(), await echoLimit(), await wasmLimit()];
  const machine = describeMachine();
  if (isJson) {
    console.log(JSON.stringify({ at: new Date(), sizes, machine, calibrations, limits, results, failed }));
    return;
  }
  const report = [
    renderResults(results),
    ...failed.map(({ scenario, server, reason }) => `${scenario} failed at the ${server} server: ${reason}`),
    renderTable([
      ['what this machine does at best', ''],
      ...limits.map(({ measure, value, unit }) => [measure, formatFigure(value, unit)]),
    ]),
    `${new Date().toISOString().slice(0, 10)}, \`bun run bench${sizes.name === 'usual' ? '' : ` --${sizes.name}`}\`, runs: ${sizes.rounds}, ${machine}; ${describeCalibration(calibrations)}.`,
  ].join('\n\n');
  console.log(report);
  if (isUpdate) updatePage(report);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void endAllServers().then(() => process.exit(130)));
}
await bench(parseOptions(Bun.argv.slice(2)));
