import { expect, test } from 'bun:test';
import { getLogger } from '@logtape/logtape';
import { ClientNames } from '../../../src/core/auth/client-names.ts';
import { EventBus } from '../../../src/core/events.ts';
import { TestClock } from '../../support/clock.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';
import { eventually } from '../../support/eventually.ts';

const clientId = 'https://library.example/client.json';
const dayMs = 86_400_000;
const retryMs = 10 * 60_000;

type Answer = (clientId: string) => Response | Promise<Response>;

/** Apps whose hosts answer as the test says. */
function start(answer: Answer, database = openTestControlDatabase()) {
  const clock = new TestClock();
  const events = new EventBus();
  const asked: string[] = [];
  const told: string[] = [];
  events.listen({ clientNamed: ({ name, host }) => told.push(`${name}, as ${host} says`) });
  const fetch = async (url: string | URL | Request) => {
    const { href } = url instanceof Request ? new URL(url.url) : new URL(url);
    asked.push(href);
    return answer(href);
  };
  const names = new ClientNames({ database, fetch, clock, events, log: getLogger('test') });
  return { names, clock, asked, told, database };
}

const named =
  (name: string): Answer =>
  (id) =>
    Response.json({ client_id: id, client_name: name });

test('a name is fetched once, kept, and told of', async () => {
  const { names, asked, told } = start(named('Library'));
  expect(names.find(clientId)).toBeUndefined();
  for (let count = 0; count < 3; count += 1) names.learn(clientId);
  await eventually('the name is there', () => names.find(clientId));
  names.learn(clientId);
  expect(names.find(clientId)).toEqual({ name: 'Library', host: 'library.example' });
  expect(told).toEqual(['Library, as library.example says']);
  expect(asked).toEqual([clientId]);
});

test('after a day it is fetched again, and told of only where it is new', async () => {
  let name = 'Library';
  const { names, clock, asked, told } = start((id) => named(name)(id));
  names.learn(clientId);
  await eventually('the name is there', () => names.find(clientId));
  clock.advance(dayMs - 1);
  names.learn(clientId);
  expect(asked).toHaveLength(1);
  clock.advance(1);
  names.learn(clientId);
  clock.advance(dayMs);
  name = 'Bookshelf';
  names.learn(clientId);
  await eventually('the new name is there', () => names.find(clientId)?.name === 'Bookshelf');
  expect(told).toEqual(['Library, as library.example says', 'Bookshelf, as library.example says']);
});

test('a host that fails costs the name that is kept nothing, and is asked again after ten minutes', async () => {
  let answer: Answer = named('Library');
  const { names, clock, asked } = start((id) => answer(id));
  names.learn(clientId);
  await eventually('the name is there', () => names.find(clientId));
  clock.advance(dayMs);
  answer = () => new Response('out of order', { status: 500 });
  names.learn(clientId);
  clock.advance(retryMs - 1);
  names.learn(clientId);
  expect(asked).toHaveLength(2);
  clock.advance(1);
  names.learn(clientId);
  expect(asked).toHaveLength(3);
  expect(names.find(clientId)?.name).toBe('Library');
});

test('a document that has become another’s names nothing any more', async () => {
  let answer: Answer = named('Library');
  const { names, clock } = start((id) => answer(id));
  names.learn(clientId);
  await eventually('the name is there', () => names.find(clientId));
  clock.advance(dayMs);
  answer = () => Response.json({ client_id: 'https://other.example/client.json', client_name: 'Other' });
  names.learn(clientId);
  await eventually('the name is gone', () => names.find(clientId) === undefined);
});

test('no more than four are fetched at once, and one that is no public name never is', () => {
  const { names, asked } = start(() => new Promise(() => {}));
  names.learn('https://127.0.0.1/client.json');
  for (let number = 0; number < 6; number += 1) names.learn(`https://app${number}.example/client.json`);
  expect(asked).toEqual([0, 1, 2, 3].map((number) => `https://app${number}.example/client.json`));
});

test('what comes after the end is not written', async () => {
  const waiting = Promise.withResolvers<Response>();
  const { names, database } = start(() => waiting.promise);
  names.learn(clientId);
  names[Symbol.dispose]();
  database.close(true);
  waiting.resolve(Response.json({ client_id: clientId, client_name: 'Library' }));
  await waiting.promise;
});
