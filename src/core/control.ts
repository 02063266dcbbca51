import { z } from 'zod';
import { Failure, failures, type FailureCode } from './failure.ts';

const timeoutMs = 10_000;

/** One question of the command line to the running server. */
export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What a server says of an address that it does not have, in every version. */
export const nothingHere = 'There is nothing at this address.';

const failureBody = z.object({ error: z.string(), message: z.string() });

/**
 * What the running server answers over its control socket, as parsed JSON. Its failures come back
 * as they were thrown; `ServerUnreachable` where nobody answers, whose hint says how to start it. Bun itself reaches a socket whose
 * path is longer than the 107 bytes of `sockaddr_un`.
 */
export async function askServer(socketPath: string, request: ControlRequest): Promise<unknown> {
  const response = await send(socketPath, request);
  const answer: unknown = await response.json().catch((error: unknown) => {
    throw new Failure('ServerUnreachable', `What answers at ${socketPath} is not groundmist.`, {
      cause: error,
    });
  });
  if (response.ok) return answer;
  const failure = failureBody.safeParse(answer);
  if (failure.success && failure.data.message === nothingHere) throw otherVersion();
  if (failure.success && isFailureCode(failure.data.error)) {
    throw new Failure(failure.data.error, failure.data.message);
  }
  throw new Failure(
    'Internal',
    `The server answered ${response.status} to ${request.method} ${request.path}.`,
  );
}

/** After an upgrade the commands are of the new file at once, and the server that runs is not. */
function otherVersion(): Failure {
  return new Failure(
    'InvalidRequest',
    'The groundmist that runs does not know what this command asks: it is of another version. Restart it, so that it is of this one.',
  );
}

/** What a command sent over the control socket. */
export async function readControlBody<Body>(request: Request, schema: z.ZodType<Body>): Promise<Body> {
  const body = schema.safeParse(await request.json().catch(() => undefined));
  if (body.success) return body.data;
  throw new Failure(
    'InvalidRequest',
    'The command and the server do not understand one another; are both of one version?',
  );
}

async function send(socketPath: string, { method, path, body }: ControlRequest): Promise<Response> {
  try {
    return await fetch(`http://localhost${path}`, {
      unix: socketPath,
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch (error) {
    throw new Failure('ServerUnreachable', whyUnreachable(error, socketPath), { cause: error });
  }
}

function whyUnreachable(error: unknown, socketPath: string): string {
  switch (errorCode(error)) {
    case 'ENOENT':
      return `No groundmist runs on this data directory: there is no ${socketPath}. Is it the right one (--data-dir, DATA_DIR)?`;
    case 'ECONNREFUSED':
      return `Groundmist is not running any more: nobody answers at ${socketPath}.`;
    case 'EACCES':
    case 'EPERM':
      return `This user may not speak to groundmist at ${socketPath}. Run the command as the user that runs \`groundmist serve\`.`;
    default:
      return `Groundmist does not answer at ${socketPath}. See what \`groundmist serve\` says, or start it again.`;
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failures, code);
}
