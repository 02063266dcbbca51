import { z } from 'zod';
import { ask } from '../../ask-server.ts';
import { Failure } from '../../core/failure.ts';
import type { RunCommand } from '../../feature.ts';
import { printableJson } from '../../platform/escape.ts';

const readiness = z.object({ reasons: z.array(z.string()), warnings: z.array(z.string()) });

/** Whether it is ready alone decides: what needs its owner is in `status`, and restarting does not cure it. */
export const run: RunCommand = async (context) => {
  const { options, terminal } = context;
  const { reasons, warnings } = await ask(context, { method: 'GET', path: '/ready' }, readiness);
  const isReady = reasons.length === 0;
  if (options['json'] === true) await terminal.result(printableJson({ isReady, reasons, warnings }));
  else if (isReady) await terminal.result('ready');
  if (!isReady) throw new Failure('NotReady', reasons.join('\n'));
};
