import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'bun:test';
import type { Address } from '../../src/platform/outbound-target.ts';
import { createResolvePublicly } from '../../src/platform/public-addresses.ts';
import { rejectionOf } from '../support/rejection.ts';

const headerBytes = 12;
const responseFlags = 0x8180;
const types = { 1: 'a', 28: 'aaaa' } as const;

/** The bytes of an address, or the code of a failure (RFC 1035 §4.1.1). */
type Answer = readonly number[] | { readonly code: number } | 'silence';

/** A name server on loopback that knows one name's IPv4 and IPv6. */
async function nameServer(answers: { readonly a: Answer; readonly aaaa: Answer }) {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    const end = question.indexOf(0, headerBytes) + 5;
    const type = question.readUInt16BE(end - 4);
    const answer = type === 1 || type === 28 ? answers[types[type]] : { code: 3 };
    if (answer !== 'silence') socket.send(respond(question.subarray(0, end), type, answer), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    servers: [`127.0.0.1:${socket.address().port}`],
    timeoutMs: 400,
    otherwise: nobody,
    [Symbol.dispose]: () => void socket.close(),
  };
}

function respond(question: Buffer, type: number, answer: Exclude<Answer, 'silence'>): Buffer {
  const records = 'code' in answer || answer.length === 0 ? [] : [answer];
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(question.readUInt16BE(0), 0);
  header.writeUInt16BE(responseFlags | ('code' in answer ? answer.code : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  const written = records.map((bytes) =>
    Buffer.from([0xc0, headerBytes, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]),
  );
  return Buffer.concat([header, question.subarray(headerBytes), ...written]);
}

const nobody = (): Promise<readonly Address[]> =>
  Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
const four = [192, 0, 2, 1];
const six = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const noName = { code: 3 };
const outage = { code: 2 };

test.each<[string, Answer, Answer, readonly string[]]>([
  ['both', four, six, ['192.0.2.1', '2001:db8::1']],
  ['IPv4 alone', four, [], ['192.0.2.1']],
  ['IPv6 alone', [], six, ['2001:db8::1']],
  ['IPv4, while nobody answers for IPv6', four, outage, ['192.0.2.1']],
])('of a name with %s the addresses are given', async (_what, a, aaaa, expected) => {
  using server = await nameServer({ a, aaaa });
  const found = await createResolvePublicly(server)('sync.example.com');
  expect(found.map(({ address }) => address)).toEqual([...expected]);
});

test('a name that name servers do not know may be one of this network', async () => {
  using server = await nameServer({ a: noName, aaaa: noName });
  const known: Address = { address: '192.168.1.5', family: 4 };
  const resolve = createResolvePublicly({ ...server, otherwise: async () => [known] });
  expect(await resolve('server.local')).toEqual([known]);
});

test('a name that nobody knows is told from name servers that do not answer', async () => {
  using ignorant = await nameServer({ a: noName, aaaa: noName });
  expect(await rejectionOf(createResolvePublicly(ignorant)('nowhere.example.com'))).toMatchObject({
    code: 'ENOTFOUND',
  });
  for (const answer of [outage, 'silence'] as const) {
    using broken = await nameServer({ a: answer, aaaa: answer });
    const error = await rejectionOf(createResolvePublicly(broken)('sync.example.com'));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toMatchObject({ code: 'ENOTFOUND' });
  }
});
