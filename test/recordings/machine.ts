import { chmodSync, chownSync, copyFileSync, mkdirSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { decode, encode, type Packet } from 'dns-packet';
import { Binary } from '../e2e/binary.ts';
import { makeCertificates } from '../support/made-certificates.ts';
import { openStockStorage } from '../support/stock-storage.ts';
import { startOwner, type TestOwner } from '../support/plc.ts';
import { shelves } from './documents.ts';
import type { Place } from './session.ts';

export const host = 'sync.example.com';
export const handle = 'alice.example.com';
/** In place of the one that is made anew each time. */
export const shownDid = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const address = '203.0.113.7';
const home = '/home/alice';
const alice = 1000;
const serverPort = 3031;

/** The machine of the recordings: alice's home with the built binary in it, her identity, and the names that lead here. */
export class Machine implements AsyncDisposable {
  readonly owner: TestOwner;
  readonly #opened: AsyncDisposableStack;
  readonly #documentIds = new Map<string, string>();

  private constructor(owner: TestOwner, opened: AsyncDisposableStack) {
    this.owner = owner;
    this.#opened = opened;
  }

  static async create(): Promise<Machine> {
    await using opened = new AsyncDisposableStack();
    const binary = opened.use(new Binary());
    const path = `${home}/.local/bin/groundmist`;
    copyFileSync(binary.path, path);
    chmodSync(path, 0o755);
    for (const folder of ['', '/.local', '/.local/bin']) chownSync(`${home}${folder}`, alice, alice);
    const owner = opened.use(await startOwner({ handle, pdsUrl: 'https://pds.example.com' }));
    opened.defer(answerNames(owner.did));
    const proxy = startProxy();
    opened.defer(() => proxy.stop(true));
    return new Machine(owner, opened.move());
  }

  get place(): Place {
    return {
      cwd: home,
      through: ['setpriv', `--reuid=${alice}`, `--regid=${alice}`, '--clear-groups', '--'],
      env: {
        HOME: home,
        USER: 'alice',
        LANG: 'C.UTF-8',
        PAGER: 'cat',
        PATH: `${home}/.local/bin:/usr/bin:/bin`,
        GROUNDMIST_PLC_URL: this.owner.plcUrl,
        GROUNDMIST_PRIVATE_HOSTS: this.owner.plcHost,
      },
    };
  }

  /** Puts documents where the server keeps them, as apps would have. */
  async fill(): Promise<void> {
    for (const [namespace, documents] of Object.entries(shelves)) {
      const folder = `/run/shelves/${namespace}`;
      mkdirSync(folder, { recursive: true });
      const storage = openStockStorage('2.5.6', folder);
      for (const content of documents)
        this.#documentIds.set(String(content['title']), await storage.create({ ...content }));
      const { through, env, cwd } = this.place;
      const child = Bun.spawn([...through, 'groundmist', 'import', folder, '--into', namespace], {
        cwd,
        env,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'pipe',
      });
      if ((await child.exited) !== 0) throw new Error(await child.stderr.text());
    }
  }

  /** Of the document whose title begins so. */
  documentId(title: string): string {
    const found = [...this.#documentIds].find(([one]) => one.startsWith(title));
    if (!found) throw new Error(`there is no document ${title}`);
    return found[1];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

/** The name server of this machine; gives what ends it. */
function answerNames(did: string): () => void {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address: asker }) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    const answers: Packet['answers'] = [];
    if (question?.type === 'TXT' && question.name === `_atproto.${handle}`)
      answers.push({ type: 'TXT', name: question.name, data: `did=${did}` });
    if (question?.type === 'A' && question.name === host)
      answers.push({ type: 'A', name: question.name, data: address });
    socket.send(encode({ type: 'response', id: id ?? 0, questions, answers }), port, asker);
  });
  socket.bind(53, '127.0.0.1');
  return () => socket.close();
}

/** What Caddy does on a real one: TLS outside, plain HTTP to the server with who asked. */
function startProxy() {
  const { good } = makeCertificates(host);
  return Bun.serve({
    hostname: address,
    port: 443,
    tls: good,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.set('host', host);
      headers.set('x-forwarded-for', '198.51.100.23');
      headers.set('x-forwarded-proto', 'https');
      const body = request.method === 'POST' ? await request.text() : null;
      const to = `http://127.0.0.1:${serverPort}${pathname}${search}`;
      const badGateway = () => new Response('the server is gone', { status: 502 });
      return fetch(to, { method: request.method, headers, body }).catch(badGateway);
    },
  });
}
