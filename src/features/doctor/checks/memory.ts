import { readFileSync } from 'node:fs';
import { formatBytes } from '../../../platform/format.ts';
import { findingsOf, type Check, type Finding } from '../finding.ts';

const name = 'memory';
const { ok, unchecked, warning } = findingsOf(name);

/** A large document takes that much for the moment in which it is opened. */
const littleBytes = 200_000_000;

/** Whether the machine has memory left for a large document. */
export const memory: Check = {
  name,
  needs: {},
  async find() {
    const memoryInfo = readMemoryInfo();
    return [
      memoryInfo === undefined ? unchecked('Only Linux tells how much memory is free.') : judge(memoryInfo),
    ];
  },
};

/** In the words of `/proc/meminfo` (`man 5 proc_meminfo`): what can be had without swap, and what swap adds. */
export function judge(memoryInfo: string): Finding {
  const [available, swap] = ['MemAvailable', 'SwapFree'].map((field) => readBytes(memoryInfo, field));
  if (available === undefined) return unchecked('The system does not say how much memory is free.');
  const free = available + (swap ?? 0);
  const words = `${formatBytes(available)} of memory are free${swap ? `, and ${formatBytes(swap)} of swap` : ''}`;
  if (free >= littleBytes) return ok(`${words}.`);
  return warning(
    `Only ${words}: when a large document is opened the system may end the server, or what opens it.`,
    'End what else needs memory on this machine (`ps aux --sort=-rss | head` shows it), or give it swap.',
  );
}

function readBytes(text: string, field: string): number | undefined {
  const kilobytes = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function readMemoryInfo(): string | undefined {
  try {
    return readFileSync('/proc/meminfo', 'latin1');
  } catch {
    return undefined;
  }
}
