import { z } from 'zod';
import { ask } from '../../ask-server.ts';
import { Failure } from '../../core/failure.ts';
import type { RunCommand } from '../../feature.ts';
import { escapeUnprintable, printableJson } from '../../platform/escape.ts';

const readiness = z.object({ reasons: z.array(z.string()), warnings: z.array(z.string()) });

/**
 * That it answers decides, as `/health` does: whoever watches a container ends what is not well, and a server that is not ready
 * serves what it can. With `--ready` that decides. What needs its owner is in `status`, and keeps it from neither.
 */
export const run: RunCommand = async (context) => {
  const { options, terminal } = context;
  const { reasons, warnings } = await ask(context, { method: 'GET', path: '/ready' }, readiness);
  const isReady = reasons.length === 0;
  const isRefused = !isReady && options['ready'] === true;
  if (options['json'] === true) await terminal.result(printableJson({ isReady, reasons, warnings }));
  else if (isReady) await terminal.result('ready');
  else if (!isRefused) await terminal.result(escapeUnprintable(`alive, not ready: ${reasons.join(' ')}`));
  if (isRefused) throw new Failure('NotReady', reasons.join('\n'));
};
