import { createSocket } from 'node:dgram';
import { connect, isIP, isIPv6 } from 'node:net';
import { unlessAborted } from './cancelled.ts';

const usualPort = 53;
const headerBytes = 12;
const lengthBytes = 2;
const truncatedFlag = 0x0200;

interface Place {
  readonly host: string;
  readonly port: number;
}

/** The answer of a name server (`address`, `address:port`) to a message: over UDP, and over TCP where it did not fit (RFC 1035 §4.2). */
export async function askNameServer(server: string, question: Buffer, signal: AbortSignal): Promise<Buffer> {
  const place = readPlace(server);
  const answer = await overUdp(place, question, signal);
  return isTruncated(answer) ? await overTcp(place, question, signal) : answer;
}

function readPlace(server: string): Place {
  if (isIP(server) !== 0) return { host: server, port: usualPort };
  const url = URL.parse(`udp://${server}`);
  if (url === null) throw new Error(`"${server}" is no name server.`);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || usualPort) };
}

/** From a port that nobody can guess, connected, so that the system drops what others send. */
async function overUdp({ host, port }: Place, question: Buffer, signal: AbortSignal): Promise<Buffer> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  const answered = Promise.withResolvers<Buffer>();
  socket.on('error', answered.reject);
  socket.on('message', (message) => {
    if (isAnswerTo(message, question)) answered.resolve(message);
  });
  socket.connect(port, host, () => {
    try {
      socket.send(question);
    } catch (error) {
      // Bun calls back also where it could not connect: there is no way to this server.
      answered.reject(error);
    }
  });
  try {
    return await unlessAborted(signal, answered.promise);
  } finally {
    socket.close();
  }
}

async function overTcp({ host, port }: Place, question: Buffer, signal: AbortSignal): Promise<Buffer> {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(question.length);
  const socket = connect({ host, port });
  const answered = Promise.withResolvers<Buffer>();
  let received = Buffer.alloc(0);
  socket.on('error', answered.reject);
  socket.on('end', () => answered.reject(new Error(`${host} broke off its answer.`)));
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, Buffer.from(bytes)]);
    const message = received.subarray(lengthBytes);
    if (message.length < 1 || message.length < received.readUInt16BE()) return;
    if (isAnswerTo(message, question)) answered.resolve(message);
    else answered.reject(new Error(`${host} answered another question.`));
  });
  socket.write(Buffer.concat([length, question]));
  try {
    return await unlessAborted(signal, answered.promise);
  } finally {
    socket.destroy();
  }
}

/** The same number and the same question: anybody may send to a port. */
function isAnswerTo(message: Buffer, question: Buffer): boolean {
  return (
    message.subarray(0, 2).equals(question.subarray(0, 2)) &&
    message.subarray(headerBytes, question.length).equals(question.subarray(headerBytes))
  );
}

function isTruncated(message: Buffer): boolean {
  return (message.readUInt16BE(2) & truncatedFlag) !== 0;
}
