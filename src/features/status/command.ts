import { setTimeout } from 'node:timers/promises';
import { ask } from '../../ask-server.ts';
import { Failure } from '../../core/failure.ts';
import type { RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { painter } from '../../platform/colour.ts';
import { printableJson, printableJsonLines } from '../../platform/escape.ts';
import type { Terminal } from '../../platform/terminal.ts';
import { describeStatus } from './screen.ts';
import { status as statusSchema, type Status } from './status.ts';
import { watchStatus } from './watch.ts';

const everyMs = 2_000;

export const run: RunCommand = async (context) => {
  const { options, terminal, signal } = context;
  const askStatus = (): Promise<Status> => ask(context, { method: 'GET', path: '/status' }, statusSchema);
  const isJson = options['json'] === true;
  if (options['watch'] === true) {
    return watchStatus({
      ask: askStatus,
      describe: isJson ? printableJson : (status) => draw(status, terminal),
      form: isJson ? 'json' : terminal.isScreen ? 'screen' : 'text',
      terminal,
      now: () => systemClock.now(),
      pause: (until) => setTimeout(everyMs, undefined, { signal: until }).catch(() => undefined),
      signal,
    });
  }
  const status = await askStatus();
  await terminal.result(isJson ? printableJsonLines(status) : draw(status, terminal));
  if (status.problems.length > 0) throw new Failure('NotReady', inTrouble(status));
};

function draw(status: Status, terminal: Terminal): string {
  return describeStatus(status, { width: terminal.width, paint: painter(terminal) }).join('\n');
}

function inTrouble({ problems }: Status): string {
  const many = `The server has ${problems.length} problems, named above.`;
  return problems.length === 1 ? 'The server has a problem, named above.' : many;
}
