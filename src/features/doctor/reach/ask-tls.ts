import type { Address } from '../../../platform/outbound-target.ts';
import type { TlsLook } from '../../../platform/tls-look.ts';
import type { Survey } from './survey.ts';

const standardPort = 443;

/** What a TLS client that asks for our public name meets at this address. */
export function askTls({ surroundings }: Survey, publicUrl: URL, address: Address): Promise<TlsLook> {
  const { timeoutMs, certificateAuthority } = surroundings;
  const name = publicUrl.hostname;
  return surroundings.lookAtTls({ address, port: portOf(publicUrl), name, timeoutMs, certificateAuthority });
}

export function portOf({ port }: URL): number {
  return Number(port || standardPort);
}
