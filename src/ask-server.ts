import type { z } from 'zod';
import { askServer, type ControlRequest } from './core/control.ts';
import { Failure } from './core/failure.ts';
import { controlSocketPath } from './core/store/layout.ts';
import type { CommandContext } from './feature.ts';
import { coreSettings } from './settings.ts';

/** Asks the server that runs on this command's data directory; `ServerUnreachable` where none does. */
export async function ask<Answer>(
  { configuration }: Pick<CommandContext, 'configuration'>,
  request: ControlRequest,
  schema: z.ZodType<Answer>,
): Promise<Answer> {
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const answer = schema.safeParse(await askServer(controlSocketPath(dataDirectory), request));
  if (answer.success) return answer.data;
  throw new Failure(
    'ServerUnreachable',
    'The server that runs is of another version than this command. Restart it with this one.',
    { cause: answer.error },
  );
}
