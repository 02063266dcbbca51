import type { CommandContext, RunCommand } from '../../feature.ts';
import { escapeUnprintable, printableJsonLines } from '../../platform/escape.ts';
import { ask } from '../../ask-server.ts';
import { requiredArgument } from '../../required-argument.ts';
import { describeAnswer } from './describe.ts';
import { answered } from './listing.ts';

export const approve: RunCommand = async (context) => {
  const { options } = context;
  const permission = options['readOnly'] === true ? 'read' : 'read-write';
  const remember = options['remember'] === true;
  const body = { id: requiredArgument(context, 'id'), permission, remember };
  await answer(context, '/apps/approve', body);
};

export const deny: RunCommand = (context) =>
  answer(context, '/apps/deny', { id: requiredArgument(context, 'id') });

async function answer(context: CommandContext, path: string, body: unknown): Promise<void> {
  const { options, terminal } = context;
  const given = await ask(context, { method: 'POST', path, body }, answered);
  const isJson = options['json'] === true;
  await terminal.result(
    isJson ? printableJsonLines(given) : escapeUnprintable(describeAnswer(given.approval)),
  );
}
