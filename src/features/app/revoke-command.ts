import type { RunCommand } from '../../feature.ts';
import { escapeUnprintable, printableJsonLines } from '../../platform/escape.ts';
import { ask } from '../../ask-server.ts';
import { requiredArgument } from '../../required-argument.ts';
import { revoked } from './listing.ts';

export const run: RunCommand = async (context) => {
  const appOrDevice = requiredArgument(context, 'app-or-device');
  const request = { method: 'POST', path: '/apps/revoke', body: { appOrDevice } } as const;
  const answer = await ask(context, request, revoked);
  const next = answer.waitsForRoom
    ? 'It stays out, also over a restart; the rest is written once the disk has room.'
    : 'Its next sign-in waits for your answer.';
  const devices = answer.devices.length === 0 ? 'no device is left' : answer.devices.join(', ');
  const sentences = [`Cut off: ${appOrDevice} (${devices}).`, next, ...answer.stillRemembered.map(warn)];
  await context.terminal.result(
    context.options['json'] === true ? printableJsonLines(answer) : escapeUnprintable(sentences.join(' ')),
  );
};

function warn(app: string): string {
  return `A new device of ${app} still comes in without a question; \`groundmist app revoke ${app}\` ends that.`;
}
