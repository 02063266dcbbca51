import { expect, test } from 'bun:test';
import type { SignIn } from '../../../src/features/demo/app.ts';
import { askToComeIn } from '../../../src/features/demo/entrance.ts';
import { Patience } from '../../../src/features/demo/patience.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { rejectionOf } from '../../support/rejection.ts';

/** A server that logs a question, as often as it is told to. */
class Log {
  readonly #listeners = new Set<(line: string) => void>();

  follow(hear: (line: string) => void): () => void {
    this.#listeners.add(hear);
    return () => void this.#listeners.delete(hear);
  }

  hears<Heard>(read: (line: string) => Heard | undefined): Promise<Heard> {
    const { promise, resolve } = Promise.withResolvers<Heard>();
    this.follow((line) => {
      const heard = read(line);
      if (heard !== undefined) resolve(heard);
    });
    return promise;
  }

  asks(id: string): void {
    const line = { message: `Somebody asks as ${id}.`, fields: { id, app: 'Library' } };
    for (const hear of this.#listeners) hear(JSON.stringify(line));
  }
}

function doorOf(server: Log) {
  const said: string[] = [];
  const options = { patience: new Patience(systemClock, new AbortController().signal) };
  return {
    said,
    door: { server, options, narrator: { said: async (text: string) => void said.push(text) } },
  };
}

test('an app whose owner thinks long asks again, and the latest question is answered', async () => {
  const server = new Log();
  const { door, said } = doorOf(server);
  const answered = Promise.withResolvers<SignIn>();
  const asksAnew = Promise.withResolvers<void>();
  let requestCount = 0;
  const signIn = async (): Promise<SignIn> => {
    requestCount += 1;
    server.asks(`id-${requestCount}`);
    if (requestCount < 3) return { kind: 'waiting', approvalId: `id-${requestCount}` };
    asksAnew.resolve();
    return await answered.promise;
  };
  const wish = { app: { signIn }, namespace: 'xyz.groundmist.library', rootDocUrl: null };
  let answeredId = '';
  const told = await askToComeIn(door, wish, async (id) => {
    await asksAnew.promise;
    answeredId = id();
    answered.resolve({ kind: 'admitted', token: 'gms_x' });
  });
  expect(told).toEqual({ kind: 'admitted', token: 'gms_x' });
  expect(answeredId).toBe('id-3');
  expect(said).toEqual(['Somebody asks as id-1.']);
});

test('an app that is refused before anybody was asked fails the demo at once', async () => {
  const { door } = doorOf(new Log());
  const signIn = async (): Promise<SignIn> => ({
    kind: 'refused',
    status: 403,
    error: 'NotPermitted',
    message: 'No.',
  });
  const wish = { app: { signIn }, namespace: 'xyz.groundmist.library', rootDocUrl: null };
  const { message } = await rejectionOf(askToComeIn(door, wish, async () => {}));
  expect(message).toBe('An app got its answer before the owner was asked: No.');
});
