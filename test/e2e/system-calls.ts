import { readFileSync } from 'node:fs';

/** One finished system call of a traced process, in the order of the trace. */
export interface SystemCall {
  readonly name: string;
  /** What its first descriptor was: a path, or `socket:[inode]`. */
  readonly file: string;
  /** All that was read or written. */
  readonly bytes: Buffer;
  readonly result: number;
  /** Lines of the trace: another thread's calls may stand between them. */
  readonly startedAt: number;
  readonly endedAt: number;
}

const received = ['recvfrom', 'recvmsg', 'recvmmsg'];
const sent = ['write', 'writev', 'sendto', 'sendmsg', 'sendmmsg'];
const stored = ['pwrite64', 'pwritev', 'pwritev2', 'fsync', 'fdatasync'];

/**
 * The words before a command that trace it into `file`. Its process id stays that of the command (-D), and
 * texts, paths among them, are written in hex (-xx), with what each descriptor stands for (-y).
 */
export function straceInto(file: string): readonly string[] {
  const traced = [...received, ...sent, ...stored].join(',');
  return [
    'strace',
    '-D',
    '-f',
    '-y',
    '-xx',
    '-qq',
    '-s',
    '1000000',
    '-e',
    `trace=${traced}`,
    '-e',
    'signal=none',
    '-o',
    file,
  ];
}

/** Undefined where strace is there and may trace; else why not. */
export function whyNoStrace(): string | undefined {
  if (!Bun.which('strace')) return 'strace is not installed';
  const attempt = Bun.spawnSync(['strace', '-D', '-f', '-qq', '-o', '/dev/null', 'true']);
  return attempt.exitCode === 0
    ? undefined
    : `strace may not trace here: ${attempt.stderr.toString().trim()}`;
}

export function readTrace(path: string): readonly SystemCall[] {
  return parseTrace(readFileSync(path, 'utf8'));
}

/** The calls that end in this text of `strace -f`; calls that another thread interrupted are put together again. */
export function parseTrace(text: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, { readonly head: string; readonly startedAt: number }>();
  for (const [endedAt, line] of text.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const head = /^(.*) <unfinished \.\.\.>$/.exec(rest)?.[1];
    if (head !== undefined) {
      unfinished.set(thread, { head, startedAt: endedAt });
      continue;
    }
    const tail = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    const begun = tail === undefined ? undefined : unfinished.get(thread);
    const call = parseCall(begun ? begun.head + tail : rest);
    if (call) calls.push({ ...call, startedAt: begun?.startedAt ?? endedAt, endedAt });
  }
  return calls;
}

function parseCall(text: string): Omit<SystemCall, 'startedAt' | 'endedAt'> | undefined {
  const parts = /^(\w+)\(\d+<(.*?)>(?=[,)])(.*) = (-?\d+)/s.exec(text);
  if (!parts) return undefined;
  const [, name = '', file = '', rest = '', result = ''] = parts;
  const texts = [...rest.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) => fromHex(hex));
  return {
    name,
    file: fromHex(file).toString() || file,
    bytes: Buffer.concat(texts),
    result: Number(result),
  };
}

function fromHex(escaped: string): Buffer {
  return Buffer.from(escaped.replaceAll('\\x', ''), 'hex');
}

export function isReceive(call: SystemCall): boolean {
  return received.includes(call.name) && call.result > 0;
}

export function isSend(call: SystemCall): boolean {
  return sent.includes(call.name) && call.result > 0;
}

export function isStore(call: SystemCall): boolean {
  return call.name.startsWith('pwrite') && call.result > 0;
}

export function isSync(call: SystemCall): boolean {
  return (call.name === 'fsync' || call.name === 'fdatasync') && call.result === 0;
}
