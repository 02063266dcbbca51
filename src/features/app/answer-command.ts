import type { CommandContext, RunCommand } from '../../feature.ts';
import { escapeUnprintable, printableJsonLines } from '../../platform/escape.ts';
import { ask, requiredArgument } from './ask.ts';
import { describeApp } from './describe.ts';
import { answered } from './listing.ts';

export const approve: RunCommand = async (context) => {
  const permission = context.options['readOnly'] === true ? 'read' : 'read-write';
  const id = requiredArgument(context, 'id');
  const body = { id, permission };
  const answer = await ask(context, { method: 'POST', path: '/apps/approve', body }, answered);
  const may = permission === 'read' ? 'may read' : 'may read and write';
  await print(context, answer, `${describeApp(answer.approval.app)} ${may} ${answer.approval.namespace}.`);
};

export const deny: RunCommand = async (context) => {
  const body = { id: requiredArgument(context, 'id') };
  const answer = await ask(context, { method: 'POST', path: '/apps/deny', body }, answered);
  await print(
    context,
    answer,
    `${describeApp(answer.approval.app)} may not sync ${answer.approval.namespace}.`,
  );
};

function print({ options, terminal }: CommandContext, answer: unknown, sentence: string): Promise<void> {
  return terminal.result(options['json'] === true ? printableJsonLines(answer) : escapeUnprintable(sentence));
}
