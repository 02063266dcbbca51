import { z } from 'zod';
import { startOwner, type TestOwner } from './plc.ts';

/** What a PDS answers to one method, beside or instead of what an honest one would. */
export type Answers = Readonly<Record<string, (request: Request) => Response | Promise<Response>>>;

/** An owner whose PDS does as the test says; what is not said it does as a PDS should. */
export interface FakePds extends AsyncDisposable {
  readonly owner: TestOwner;
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** The methods that were called, in their order. */
  readonly called: readonly string[];
  /** The passwords that it was shown. */
  readonly passwords: readonly string[];
  /** What `groundmist publish` needs to reach it, for a server named sync.example.com. */
  environment(): Readonly<Record<string, string>>;
}

export async function startFakePds(answers: Answers = {}): Promise<FakePds> {
  const called: string[] = [];
  const passwords: string[] = [];
  let record: unknown;
  const honest: Answers = {
    'com.atproto.server.createSession': async (request) => {
      passwords.push(z.object({ password: z.string() }).parse(await request.json()).password);
      return Response.json(sessionOf(owner.did));
    },
    'com.atproto.server.deleteSession': () => new Response(null, { status: 200 }),
    'com.atproto.repo.putRecord': async (request) => {
      record = z.object({ record: z.unknown() }).parse(await request.json()).record;
      return Response.json({ uri: uriOf(owner.did), cid });
    },
    'com.atproto.repo.deleteRecord': () => {
      record = undefined;
      return Response.json({});
    },
    'com.atproto.repo.getRecord': () =>
      record === undefined
        ? Response.json({ error: 'RecordNotFound', message: 'no such record' }, { status: 400 })
        : recordAnswer(owner.did, record),
  };
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const method = new URL(request.url).pathname.replace('/xrpc/', '');
      called.push(method);
      const answer = answers[method] ?? honest[method];
      return answer?.(request) ?? new Response(null, { status: 404 });
    },
  });
  const host = `127.0.0.1:${server.port}`;
  const owner = await startOwner({ pdsUrl: `http://${host}` });
  return {
    owner,
    host,
    called,
    passwords,
    environment: () => ({
      ATPROTO_DID: owner.did,
      ATPROTO_APP_PASSWORD: 'abcd-efgh-ijkl-mnop',
      GROUNDMIST_HOST: 'sync.example.com',
      GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
      GROUNDMIST_PLC_URL: owner.plcUrl,
      GROUNDMIST_PRIVATE_HOSTS: `${host},${owner.plcHost}`,
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all([server.stop(true), owner.close()]);
    },
  };
}

const cid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a';

export function sessionOf(did: string) {
  return {
    did,
    handle: 'owner.test',
    accessJwt: 'access-jwt-of-a-test',
    refreshJwt: 'refresh-jwt-of-a-test',
    active: true,
  };
}

/** The answer to `com.atproto.repo.getRecord`. */
export function recordAnswer(did: string, value: unknown): Response {
  return Response.json({ uri: uriOf(did), cid, value });
}

function uriOf(did: string): string {
  return `at://${did}/xyz.groundmist.sync/${did}`;
}
