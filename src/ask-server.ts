import type { z } from 'zod';
import { askServer, type ControlRequest } from './core/control.ts';
import { Failure } from './core/failure.ts';
import { describeMachineService } from './core/service/machine-service.ts';
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
  const asked = askServer(controlSocketPath(dataDirectory), request);
  const answer = schema.safeParse(await asked.catch((error: unknown) => rethrow(error, configuration)));
  if (answer.success) return answer.data;
  throw new Failure(
    'ServerUnreachable',
    'The server that runs is of another version than this command. Restart it with this one.',
    { cause: answer.error },
  );
}

/** Who has no settings here may mean the server of the machine. */
function rethrow(error: unknown, { sources }: CommandContext['configuration']): never {
  const isNone = error instanceof Failure && error.code === 'ServerUnreachable' && sources.file === undefined;
  const other = isNone ? describeMachineService() : undefined;
  if (!isNone || other === undefined) throw error;
  throw new Failure('ServerUnreachable', `${error.message} ${other}`, { cause: error.cause });
}
