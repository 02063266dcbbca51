import { dlopen } from 'bun:ffi';

/** Who started this process and wants to hear how it does: systemd, or another that speaks `sd_notify` (`man 3 sd_notify`). */
export interface Supervisor {
  /** Without a word for so long it takes us for hung, and ends us; undefined where it does not watch. */
  readonly patienceMs: number | undefined;
  /** Says all of this at once, `NAME=value` each. What cannot be said is not: a supervisor must not keep us from working. */
  tell(state: Readonly<Record<string, string | number>>): void;
}

type Environment = Record<string, string | undefined>;

/**
 * The supervisor that the environment names, once: the names are taken away, so that no child of ours speaks for us.
 * Undefined where there is none.
 */
export function takeSupervisor(environment: Environment = process.env): Supervisor | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_PID: watched, WATCHDOG_USEC: patienceUs } = environment;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_PID', 'WATCHDOG_USEC']) delete environment[name];
  if (process.platform !== 'linux' || socket === undefined || !/^[/@]./.test(socket)) return undefined;
  const address = socketAddress(socket);
  const send = address && datagramSender(address);
  if (!send) return undefined;
  const isWatched = watched === undefined || watched === String(process.pid);
  const patienceMs = Math.floor(Number(patienceUs) / 1000);
  return {
    patienceMs: isWatched && patienceMs > 0 ? patienceMs : undefined,
    tell: (state) => send(encodeState(state)),
  };
}

/** One a line, so no value may have two. */
function encodeState(state: Readonly<Record<string, string | number>>): Buffer {
  const lines = Object.entries(state).map(
    ([name, value]) => `${name}=${String(value).replaceAll('\n', ' ')}`,
  );
  return Buffer.from(lines.join('\n'));
}

const unix = 1;
const pathBytes = 108;

/** `man 7 unix`; an `@` stands for the zero that begins an abstract name. Undefined where it is too long for one. */
function socketAddress(path: string): Buffer | undefined {
  const name = Buffer.from(path);
  if (name.length >= pathBytes) return undefined;
  if (path.startsWith('@')) name[0] = 0;
  const family = new Uint8Array(Uint16Array.of(unix).buffer);
  const end = path.startsWith('@') ? [] : [Buffer.of(0)];
  return Buffer.concat([family, name, ...end]);
}

const datagram = 2;
const closedInChildren = 0o2000000;
/** Without a signal where nobody listens, and without a wait where the queue is full. */
const sendFlags = 0x4000 | 0x40;

/** Bun opens no datagram socket of this kind, so the C library does; musl answers to this name too. */
function datagramSender(address: Buffer): ((message: Buffer) => void) | undefined {
  try {
    const { symbols } = dlopen('libc.so.6', {
      socket: { args: ['int', 'int', 'int'], returns: 'int' },
      sendto: { args: ['int', 'ptr', 'usize', 'int', 'ptr', 'u32'], returns: 'i64' },
    });
    const descriptor = symbols.socket(unix, datagram | closedInChildren, 0);
    if (descriptor < 0) return undefined;
    return (message) =>
      void symbols.sendto(descriptor, message, message.length, sendFlags, address, address.length);
  } catch {
    return undefined; // A C library that we do not know.
  }
}
