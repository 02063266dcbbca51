import { dlopen, ptr } from 'bun:ffi';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const solSocket = 1;
/** Linux, asm-generic/socket.h: a classic BPF program chooses among the sockets that share a port. */
const attachReuseportProgram = 51;
const returnConstant = 0x06;
/** Where two listen, the older is 0 and the newer 1; where one listens, there is no 1 and it gets all. */
const newest = 1;

/**
 * Has the kernel give every new connection to the newest of the sockets that listen on this port together (`SO_REUSEPORT`), so that
 * the queue of the older runs empty and it can be closed without a loss. Said once to the first, it holds for those that join it.
 * False where the system knows nothing of the kind: there they share, and what waits for the older when it closes is lost.
 */
export function preferNewestListener(port: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const descriptor = findListener(port);
    return descriptor !== undefined && attach(descriptor);
  } catch {
    // No /proc, or no library of that name: it is a help, not a need.
    return false;
  }
}

/** Bun does not tell the descriptor; the system does. */
function findListener(port: number): number | undefined {
  const links = new Set(listeningInodes(port).map((inode) => `socket:[${inode}]`));
  const found = readdirSync('/proc/self/fd').find((descriptor) => {
    try {
      return links.has(readlinkSync(`/proc/self/fd/${descriptor}`));
    } catch {
      return false; // The one that reads the folder is gone by now.
    }
  });
  return found === undefined ? undefined : Number(found);
}

/** From proc(5), /proc/net/tcp: `sl local_address rem_address st … inode`, 0A is LISTEN. */
function listeningInodes(port: number): readonly string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/self/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => state === '0A' && local.endsWith(ending))
      .flatMap((fields) => fields[9] ?? []),
  );
}

function attach(descriptor: number): boolean {
  const instruction = new DataView(new ArrayBuffer(8));
  instruction.setUint16(0, returnConstant, true);
  instruction.setUint32(4, newest, true);
  // struct sock_fprog { unsigned short len; struct sock_filter *filter; }, both 64-bit systems that we build for are little-endian.
  const program = new BigUint64Array([1n, BigInt(ptr(instruction))]);
  const library = openLibrary();
  try {
    const result = library.symbols.setsockopt(
      descriptor,
      solSocket,
      attachReuseportProgram,
      ptr(program),
      program.byteLength,
    );
    return result === 0;
  } finally {
    library.close();
  }
}

function openLibrary() {
  const symbols = { setsockopt: { args: ['int', 'int', 'int', 'ptr', 'u32'], returns: 'int' } } as const;
  try {
    return dlopen('libc.so.6', symbols);
  } catch {
    const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
    return dlopen(`libc.musl-${machine}.so.1`, symbols);
  }
}
