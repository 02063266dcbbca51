import { readFileSync } from 'node:fs';

/** The lowest port that everybody on this machine may open; 0 where the system does not say, as on macOS, which keeps none back. */
export function firstOpenPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 0;
  }
}
