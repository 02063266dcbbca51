import { setTimeout } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import { controlSocketPath } from '../../core/store/layout.ts';
import type { RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { painter } from '../../platform/colour.ts';
import { printableJson, printableJsonLines } from '../../platform/escape.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { coreSettings } from '../../settings.ts';
import { askStatus } from './ask.ts';
import { describeStatus } from './screen.ts';
import type { Status } from './status.ts';
import { watchStatus } from './watch.ts';

const everyMs = 2_000;

export const run: RunCommand = async ({ options, terminal, configuration, signal }) => {
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const ask = (): Promise<Status> => askStatus(controlSocketPath(dataDirectory));
  const isJson = options['json'] === true;
  if (options['watch'] === true) {
    return watchStatus({
      ask,
      describe: isJson ? printableJson : (status) => draw(status, terminal),
      form: isJson ? 'json' : terminal.isScreen ? 'screen' : 'text',
      terminal,
      now: () => systemClock.now(),
      pause: (until) => setTimeout(everyMs, undefined, { signal: until }).catch(() => undefined),
      signal,
    });
  }
  const status = await ask();
  await terminal.result(isJson ? printableJsonLines(status) : draw(status, terminal));
  if (status.problems.length > 0) throw new Failure('NotReady', inTrouble(status));
};

function draw(status: Status, terminal: Terminal): string {
  return describeStatus(status, { width: terminal.width, paint: painter(terminal) }).join('\n');
}

function inTrouble({ problems }: Status): string {
  return problems.length === 1 ? 'The server is in trouble.' : `The server has ${problems.length} problems.`;
}
