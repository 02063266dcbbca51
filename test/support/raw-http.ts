import { connect } from 'node:net';

/** Everything the server on this loopback port says to these bytes until it closes the connection. */
export function sayHttp(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part);
    });
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (heard += text));
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
}
