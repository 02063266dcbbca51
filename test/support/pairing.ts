import { pairingAnswer, type ShownPairing } from '../../src/features/app/pairing-controls.ts';
import { ask } from './owner.ts';
import type { World } from './world.ts';

/** `groundmist app pair`, and its link opened on the device at this address. */
export async function beginPairing(world: World, address?: string): Promise<ShownPairing> {
  const pairing = await pairingOf(world, '', { namespace: null });
  if (address !== undefined) await openLink(world, pairing, address);
  return pairing;
}

/** The status that the link answers at this address. */
export async function openLink(world: World, { link }: ShownPairing, address: string): Promise<number> {
  const { pathname } = new URL(link);
  return (await fetch(world.url + pathname, { headers: { 'x-forwarded-for': address } })).status;
}

/** How pairing stands now. */
export async function pairingNow(world: World, { id }: ShownPairing): Promise<ShownPairing> {
  return pairingOf(world, '/next', { id, version: -1 });
}

export async function endPairing(world: World, { id }: ShownPairing): Promise<void> {
  await ask(world, 'POST', '/pairing/end', { id });
}

async function pairingOf(world: World, path: string, body: unknown): Promise<ShownPairing> {
  const { pairing } = pairingAnswer.parse(await ask(world, 'POST', `/pairing${path}`, body));
  if (pairing === null) throw new Error('pairing is over');
  return pairing;
}
