import { readFileSync } from 'node:fs';
import { Cancelled } from './cancelled.ts';

/**
 * Aborted when the person, or whoever runs us, wants an end: Ctrl-C, SIGTERM, or a terminal that closes, which would
 * else end us where we stand, with what we opened elsewhere left open. The second time calls `exit`, to end at once; but a
 * terminal that closes is told of twice, by the shell and by the system, and there nobody is in a hurry.
 */
export function listenForEnd(exit: (code: number) => void): AbortSignal {
  const end = new AbortController();
  const signals = isHangupIgnored()
    ? (['SIGINT', 'SIGTERM'] as const)
    : (['SIGINT', 'SIGTERM', 'SIGHUP'] as const);
  for (const signal of signals) {
    process.on(signal, () => {
      const cancelled = new Cancelled(signal);
      if (end.signal.aborted && signal !== 'SIGHUP') exit(cancelled.exitCode);
      end.abort(cancelled);
    });
  }
  return end.signal;
}

/** As `nohup` has it: a listener of ours would undo that. Only Linux tells. */
function isHangupIgnored(): boolean {
  try {
    const [, ignored = '0'] =
      /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return (BigInt(`0x${ignored}`) & 1n) === 1n;
  } catch {
    return false;
  }
}
