import { expect } from 'bun:test';
import { approving } from '../support/owner.ts';
import type { World } from '../support/world.ts';
import type { AppPage } from './app-page.ts';

/** The page's sync token for that world, with the owner's yes if it is asked for. */
export async function letIn(page: AppPage, world: World): Promise<unknown> {
  const answer = await approving(world, page.authenticate(world));
  expect(answer).toMatchObject({ status: 200, body: { result: 'OK' } });
  return answer.body['token'];
}

export async function connect(page: AppPage, world: World): Promise<void> {
  await page.connect(world, await letIn(page, world));
  await page.untilConnected();
}
