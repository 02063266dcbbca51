import { askServer } from '../../core/control.ts';
import { Failure } from '../../core/failure.ts';
import { status, type Status } from './status.ts';

/** How the server on this control socket does; `ServerUnreachable` where none runs, or one of another version. */
export async function askStatus(socketPath: string): Promise<Status> {
  const answer = status.safeParse(await askServer(socketPath, { method: 'GET', path: '/status' }));
  if (answer.success) return answer.data;
  throw new Failure(
    'ServerUnreachable',
    'The server that runs is of another version than this command. Restart it with this one.',
    { cause: answer.error },
  );
}
