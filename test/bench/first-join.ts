import { connect, type Socket } from 'node:net';
import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { handshake } from '../e2e/silent-socket.ts';
import type { Installation } from '../e2e/server.ts';

const join = encode({ type: 'join', senderId: 'bench', supportedProtocolVersions: ['1'] });
/** The CBOR of the answer begins with its type. */
const answer = Buffer.from('dtypedpeer');

/** Milliseconds from the spawn of `serve` to the answer to the first `join`; the server is killed then. */
export async function firstJoinMs(home: Installation, socketUrl: string): Promise<number> {
  const startedAt = performance.now();
  const server = home.launch();
  const socket = await reach(home.port);
  socket.write(handshake(socketUrl, [join]));
  let heard = Buffer.alloc(0);
  for await (const bytes of socket) {
    heard = Buffer.concat([heard, bytes as Buffer]);
    if (heard.includes(answer)) break;
  }
  const took = performance.now() - startedAt;
  await server.stop();
  return took;
}

/** A connection as soon as the port is open. */
async function reach(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isConnected = await new Promise<boolean>((done) => {
      socket.once('connect', () => done(true));
      socket.once('error', () => done(false));
    });
    if (isConnected) return socket;
    await Bun.sleep(1);
  }
}
