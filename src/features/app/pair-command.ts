import type { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { escapeUnprintable, printableJson } from '../../platform/escape.ts';
import { terminalPrompts } from '../../platform/prompts.ts';
import { ask } from '../../ask-server.ts';
import { describeAnswer, describeQuestion } from './describe.ts';
import { answered, type ShownApproval } from './listing.ts';
import { pair, type PairingServer } from './pair.ts';
import { pairingAnswer } from './pairing-controls.ts';

export const run: RunCommand = async (context) => {
  const { terminal, signal, options } = context;
  if (!terminal.isInteractive) {
    throw new Failure(
      'Usage',
      'Pairing asks about each device, and nobody sits at this terminal. Run `groundmist app pair` in one; an app that your PDS vouches for needs no pairing: `groundmist app list`, then `groundmist app approve <id>`.',
    );
  }
  await pair({
    server: pairingServer(context),
    namespace: context.arguments['namespace'] ?? null,
    signal,
    say: (text) => terminal.note(text),
    async confirm(approval, until) {
      terminal.note(describeQuestion(approval));
      const prompts = await terminalPrompts(until);
      // Enter alone, perhaps meant for something else, must let nobody in.
      return prompts.confirm(`Let it sync ${escapeUnprintable(approval.namespace)}?`, { initial: false });
    },
    told: (answer) =>
      terminal.result(options['json'] === true ? printableJson(answer) : describeAnswer(answer.approval)),
  });
};

function pairingServer(context: CommandContext): PairingServer {
  const post = <Answer>(path: string, body: unknown, schema: z.ZodType<Answer>) =>
    ask(context, { method: 'POST', path, body }, schema);
  const permission = context.options['readOnly'] === true ? 'read' : 'read-write';
  return {
    begin: async (namespace) => (await post('/pairing', { namespace }, pairingAnswer)).pairing,
    next: async ({ id, version }) => (await post('/pairing/next', { id, version }, pairingAnswer)).pairing,
    end: async ({ id }) => void (await post('/pairing/end', { id }, pairingAnswer)),
    approve: ({ id }: ShownApproval) => post('/apps/approve', { id, permission }, answered),
    deny: ({ id }: ShownApproval) => post('/apps/deny', { id }, answered),
  };
}
