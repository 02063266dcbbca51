import type { RunCommand } from '../../feature.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { ask } from '../../ask-server.ts';
import { describeListing } from './describe-listing.ts';
import { listing } from './listing.ts';

export const run: RunCommand = async (context) => {
  const shown = await ask(context, { method: 'GET', path: '/apps' }, listing);
  const isJson = context.options['json'] === true;
  await context.terminal.result(
    isJson ? printableJsonLines(shown) : describeListing(shown, context.terminal.width),
  );
};
