import { join } from 'node:path';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'bun:test';
import { createResolveTxt } from '../../src/platform/dns.ts';
import { rejectionOf } from '../support/rejection.ts';

const headerBytes = 12;
const responseFlags = 0x8180;
const truncatedFlag = 0x0200;

type Answer =
  /** A record is its strings; `isLong` leaves them to TCP. */
  | { readonly txt: readonly (readonly string[])[]; readonly isLong?: boolean }
  | { readonly code: number }
  | { readonly raw: Buffer }
  | 'silence';

/** A name server on loopback that gives one answer to every question (RFC 1035 §4). */
async function nameServer(answer: Answer) {
  const tcp = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data(client, bytes) {
        if (answer === 'silence') return;
        const given = 'txt' in answer ? { ...answer, isLong: false } : answer;
        const message = respond(Buffer.from(bytes.subarray(2)), given);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(message.length);
        client.write(length);
        client.write(message.subarray(0, 20));
        client.flush();
        client.write(message.subarray(20));
      },
    },
  });
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    if (answer !== 'silence') socket.send(respond(question, answer), port, address);
  });
  // The port that TCP got: of UDP few are taken, of TCP many.
  socket.bind(tcp.port, '127.0.0.1');
  await once(socket, 'listening');
  return {
    servers: [`127.0.0.1:${tcp.port}`],
    [Symbol.dispose]: () => {
      socket.close();
      tcp.stop(true);
    },
  };
}

function respond(question: Buffer, answer: Exclude<Answer, 'silence'>): Buffer {
  if ('raw' in answer) return Buffer.concat([question.subarray(0, 2), answer.raw]);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(question.readUInt16BE(0), 0);
  const code = 'code' in answer ? answer.code : 0;
  const isCut = 'txt' in answer && answer.isLong === true;
  header.writeUInt16BE(responseFlags | code | (isCut ? truncatedFlag : 0), 2);
  header.writeUInt16BE(1, 4);
  const records = 'txt' in answer && !isCut ? answer.txt.map(txtRecord) : [];
  header.writeUInt16BE(records.length, 6);
  const end = question.indexOf(0, headerBytes) + 5;
  return Buffer.concat([header, question.subarray(headerBytes, end), ...records]);
}

function txtRecord(strings: readonly string[]): Buffer {
  const data = Buffer.concat(strings.map((text) => Buffer.from([text.length, ...Buffer.from(text)])));
  const head = Buffer.from([
    0xc0,
    headerBytes,
    0,
    16,
    0,
    1,
    0,
    0,
    0,
    60,
    data.length >> 8,
    data.length & 255,
  ]);
  return Buffer.concat([head, data]);
}

const name = '_atproto.alice.example.com';

test('gives the records of a name', async () => {
  using server = await nameServer({ txt: [['v=spf1'], ['did=did:web:example.com']] });
  const found = await createResolveTxt(server)(name);
  expect(found.toSorted()).toEqual(['did=did:web:example.com', 'v=spf1']);
});

test('puts the strings of one record together, and makes no records of them', async () => {
  using server = await nameServer({
    txt: [
      ['did=did:plc:', 'aaaa'],
      ['hello', 'did=did:plc:bbbb'],
    ],
  });
  expect(await createResolveTxt(server)(name)).toEqual(['did=did:plc:aaaa', 'hellodid=did:plc:bbbb']);
});

test('asks again over TCP where an answer does not fit', async () => {
  const long = 'x'.repeat(250);
  using server = await nameServer({ txt: [[long, long, long], ['did=did:plc:aaaa']], isLong: true });
  expect(await createResolveTxt(server)(name)).toEqual([long.repeat(3), 'did=did:plc:aaaa']);
});

test('asks the next server where one has no answer', async () => {
  using broken = await nameServer({ code: 2 });
  using good = await nameServer({ txt: [['did=did:plc:aaaa']] });
  const servers = [...broken.servers, ...good.servers];
  expect(await createResolveTxt({ servers })(name)).toEqual(['did=did:plc:aaaa']);
});

test.each<[string, Answer]>([
  ['no such name', { code: 3 }],
  ['a name without such records', { txt: [] }],
])('%s is no record', async (_what, answer) => {
  using server = await nameServer(answer);
  expect(await createResolveTxt(server)(name)).toEqual([]);
});

test.each<[string, Answer]>([
  ['a server that fails', { code: 2 }],
  ['one that refuses', { code: 5 }],
  ['one that says nothing', 'silence'],
  ['one that says nonsense', { raw: Buffer.from([0xff, 0xff, 0xff]) }],
])('%s is not the same as no record', async (_what, answer) => {
  using server = await nameServer(answer);
  const asked = createResolveTxt({ ...server, timeoutMs: 100 })(name);
  expect(await rejectionOf(asked)).toBeInstanceOf(Error);
});

test('no server at all is not the same either', async () => {
  expect(await rejectionOf(createResolveTxt({ servers: [] })(name))).toBeInstanceOf(Error);
});

const hasNamespaces = Bun.spawnSync(['unshare', '-n', 'true']).success;

// A machine on loopback alone: 10.255.255.53 is nowhere, and of this machine nobody answers.
test.skipIf(!hasNamespaces)('a server to which there is no way is one that did not answer', async () => {
  const path = join(import.meta.dir, '../../src/platform/dns.ts');
  const servers = ['10.255.255.53', '[2001:db8::1]:53', '127.0.0.1:9'];
  const program = `
    import { createResolveTxt } from ${JSON.stringify(path)};
    const said = await createResolveTxt({ servers: ${JSON.stringify(servers)} })('alice.test').catch(() => 'nobody answered');
    console.log(said);`;
  const child = Bun.spawn(['unshare', '-n', process.execPath, '--no-env-file', '-e', program], {
    stderr: 'pipe',
  });
  expect([await child.stdout.text(), await child.stderr.text()]).toEqual(['nobody answered\n', '']);
});
