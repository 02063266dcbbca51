import { createSecureContext } from 'node:tls';

/** Whether a server could show this chain with this key, both in PEM: all of the chain is read, as it is when a port is opened. */
export function isShowable(chain: string, key: string): boolean {
  try {
    createSecureContext({ cert: chain, key });
    return true;
  } catch {
    return false;
  }
}
