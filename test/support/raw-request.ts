import { connect } from 'node:net';

export interface RawRequest {
  /** `GET /health` */
  readonly start: string;
  /** In latin1, as they are; a Host is added where there is none. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
  /** The address of this machine to ask from. */
  readonly from?: string;
}

export interface RawAnswer {
  readonly status: number;
  /** Everything that was said, as it was. */
  readonly text: string;
  readonly body: string;
  header(name: string): string | undefined;
}

/** One request on a connection of its own, byte for byte as given, and what came back until it closed. */
export function askRaw(port: number, request: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let heard = '';
    const local = request.from === undefined ? {} : { localAddress: request.from };
    const socket = connect({ port, host: '127.0.0.1', ...local }, () => {
      socket.write(headOf(request), 'latin1');
      if (request.body !== undefined) socket.write(request.body);
    });
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (heard += text));
    socket.on('error', () => {});
    socket.on('close', () => resolve(parseAnswer(heard)));
  });
}

/** The head of a request, with the length of its body. */
export function headOf({ start, headers = [], body }: RawRequest): string {
  const names = headers.map(([name]) => name.toLowerCase());
  const all: (readonly [string, string])[] = [...headers];
  if (!names.includes('host')) all.unshift(['Host', 'localhost']);
  if (body !== undefined && !names.includes('content-length') && !names.includes('transfer-encoding')) {
    all.push(['Content-Length', String(Buffer.byteLength(body))]);
  }
  if (!names.includes('connection')) all.push(['Connection', 'close']);
  return [`${start} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end === -1 ? text.length : end).split('\r\n');
  const headers = new Map(lines.map((line) => split(line)));
  return {
    status: Number(first.split(' ')[1] ?? 0),
    text,
    body: end === -1 ? '' : text.slice(end + 4),
    header: (name) => headers.get(name.toLowerCase()),
  };
}

function split(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
