import type { Permission } from '../../src/core/auth/permission.ts';
import { listing, type Listing } from '../../src/features/app/listing.ts';
import { eventually } from './eventually.ts';
import type { World } from './world.ts';

/** The answer to an app that asks to be let in, while the owner at the command line says yes to whoever asks. */
export async function approving<Answer>(world: World, asking: Promise<Answer>): Promise<Answer> {
  let isAnswered = false;
  const answer = asking.finally(() => (isAnswered = true));
  await eventually('the app has its answer', async () => {
    for (const { id } of await waitingApprovals(world)) await answerApproval(world, 'approve', id);
    return isAnswered;
  });
  return answer;
}

export async function waitingApprovals(world: World): Promise<Listing['approvals']> {
  return (await readListing(world)).approvals;
}

/** The id of the approval that waits, once one does. */
export function untilWaiting(world: World): Promise<string> {
  return eventually('somebody waits', async () => (await waitingApprovals(world))[0]?.id);
}

export async function answerApproval(world: World, answer: 'approve' | 'deny', id: string): Promise<void> {
  await ask(world, 'POST', `/apps/${answer}`, { id, permission: 'read-write' });
}

/** Narrows or widens what the devices of every app may do, as `app approve` with the id of an approved one does. */
export async function changePermission(world: World, permission: Permission): Promise<void> {
  for (const { id } of (await listDevices(world)).flatMap(({ access }) => access))
    await ask(world, 'POST', '/apps/approve', { id, permission });
}

export async function revoke(world: World, appOrDevice: string): Promise<void> {
  await ask(world, 'POST', '/apps/revoke', { appOrDevice });
}

export async function listDevices(world: World): Promise<Listing['apps'][number]['devices']> {
  return (await readListing(world)).apps.flatMap(({ devices }) => devices);
}

async function readListing(world: World): Promise<Listing> {
  return listing.parse(await ask(world, 'GET', '/apps'));
}

/** What the commands ask over the control socket, without the socket. */
export async function ask(world: World, method: string, path: string, body?: unknown): Promise<unknown> {
  const sent = body === undefined ? null : JSON.stringify(body);
  const answer = await world.groundmist.control(
    new Request(`http://localhost${path}`, { method, body: sent }),
  );
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered with status ${answer.status}: ${text}`);
  return JSON.parse(text);
}
