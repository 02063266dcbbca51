import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'bun:test';
import { createResolveTxt } from '../../src/platform/dns.ts';
import { rejectionOf } from '../support/rejection.ts';

const headerBytes = 12;
const responseFlags = 0x8180;

type Answer = { readonly txt: readonly string[] } | { readonly code: number } | 'silence';

/** A name server on loopback that gives one answer to every question (RFC 1035 §4.1). */
async function nameServer(answer: Answer) {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => {
    if (answer !== 'silence') socket.send(respond(question, answer), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    servers: [`127.0.0.1:${socket.address().port}`],
    [Symbol.dispose]: () => void socket.close(),
  };
}

function respond(question: Buffer, answer: Exclude<Answer, 'silence'>): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(question.readUInt16BE(0), 0);
  header.writeUInt16BE(responseFlags | ('code' in answer ? answer.code : 0), 2);
  header.writeUInt16BE(1, 4);
  const records = 'txt' in answer ? answer.txt.map(txtRecord) : [];
  header.writeUInt16BE(records.length, 6);
  const end = question.indexOf(0, headerBytes) + 5;
  return Buffer.concat([header, question.subarray(headerBytes, end), ...records]);
}

function txtRecord(text: string): Buffer {
  const head = Buffer.from([0xc0, headerBytes, 0, 16, 0, 1, 0, 0, 0, 60, 0, text.length + 1, text.length]);
  return Buffer.concat([head, Buffer.from(text)]);
}

test('gives the records of a name', async () => {
  using server = await nameServer({ txt: ['v=spf1', 'did=did:web:example.com'] });
  const found = await createResolveTxt(server)('_atproto.alice.example.com');
  expect(found.toSorted()).toEqual(['did=did:web:example.com', 'v=spf1']);
});

test.each<[string, Answer]>([
  ['no such name', { code: 3 }],
  ['a name without such records', { txt: [] }],
])('%s is no record', async (_what, answer) => {
  using server = await nameServer(answer);
  expect(await createResolveTxt(server)('_atproto.alice.example.com')).toEqual([]);
});

test.each<[string, Answer]>([
  ['a server that fails', { code: 2 }],
  ['one that refuses', { code: 5 }],
  ['one that says nothing', 'silence'],
])('%s is not the same as no record', async (_what, answer) => {
  using server = await nameServer(answer);
  const asked = createResolveTxt({ ...server, timeoutMs: 100 })('_atproto.alice.example.com');
  expect(await rejectionOf(asked)).toBeInstanceOf(Error);
});
