import { Failure } from '../../../core/failure.ts';
import { readAnswer, type ExpectedAnswer } from './answer.ts';
import { callbackPage } from './callback-page.ts';

const path = '/callback';
const graceMs = 500;

/** Waits on loopback for the browser that comes back from the authorization server (RFC 8252 §7.3). */
export interface CallbackServer extends AsyncDisposable {
  /** Where the browser is to be sent; the port is free by chance. */
  readonly redirectUri: string;
  /** Resolves with the parameters of the answer that has this state; what else comes changes nothing. */
  answerTo(state: string): Promise<URLSearchParams>;
}

export function listenForCallback(): CallbackServer {
  let expected: ExpectedAnswer | undefined;
  const answered = Promise.withResolvers<URLSearchParams>();
  const server = listen((request) => {
    const { response, parameters } = answerCallback(request, expected);
    // After the page is on its way: what waits for the answer may close this server.
    if (parameters !== undefined) setImmediate(() => answered.resolve(parameters));
    return response;
  });
  const redirectUri = `http://127.0.0.1:${server.port}${path}`;
  return {
    redirectUri,
    answerTo(state) {
      expected = { redirectUri, state };
      return answered.promise;
    },
    async [Symbol.asyncDispose]() {
      // The page may still be on its way. A connection that a browser keeps open is not waited for.
      await Promise.race([server.stop(), Bun.sleep(graceMs)]);
      await server.stop(true);
    },
  };
}

/** What a request gets, and the parameters where it brings the answer that is waited for. */
export function answerCallback(
  request: Request,
  expected: ExpectedAnswer | undefined,
): { readonly response: Response; readonly parameters?: URLSearchParams } {
  if (request.method !== 'GET') return nothing(405, 'This address is for one answer of your PDS.');
  if (expected === undefined) return nothing(404, 'No login is under way.');
  const read = readAnswer(request.url, expected);
  if (read.kind === 'none') {
    // A page whose name was made to lead here gets no more than a stranger.
    const sentence = 'This is not the answer that groundmist waits for. Use the link in the terminal.';
    return nothing(new URL(request.url).pathname === path ? 400 : 404, sentence);
  }
  const { parameters } = read;
  const response = parameters.has('error')
    ? callbackPage(
        200,
        'Not allowed',
        'Nothing was written. You can close this page and go back to the terminal.',
      )
    : callbackPage(200, 'Back to the terminal', 'It says what came of it. You can close this page.');
  return { response, parameters };
}

function nothing(status: number, sentence: string) {
  return { response: callbackPage(status, 'Nothing to see here', sentence) };
}

function listen(fetch: (request: Request) => Response): Bun.Server<undefined> {
  try {
    return Bun.serve({ hostname: '127.0.0.1', port: 0, fetch });
  } catch (cause) {
    throw new Failure(
      'Internal',
      'No port of this machine could be opened for the browser to come back to; log in with an app password instead.',
      { cause },
    );
  }
}
