import { connect, type Socket } from 'node:net';

/** A TCP connection to loopback that says this and never reads a byte. */
export async function silentSocket(port: number, said: string | Uint8Array): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  await new Promise<void>((done) => socket.once('connect', () => done()));
  await new Promise<unknown>((done) => socket.write(said, done));
  return socket;
}

/** What a client sends to have a WebSocket, and binary frames right behind it (RFC 6455 §4.1, §5.2). */
export function handshake(url: string, payloads: readonly Uint8Array[] = []): Uint8Array {
  const { pathname, search, host } = new URL(url);
  const head = [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), ...payloads.map(binaryFrame)]);
}

/** Masked with zeros, which leaves the bytes as they are; of 126 bytes at least (RFC 6455 §5.2). */
export function binaryFrame(payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(0x82, 0);
  head.writeUInt8(0x80 | 126, 1);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
