import { Failure } from '../../src/core/failure.ts';

/** The failure a promise ends with; throws where it ends with anything else. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    (value) => new Error(`it resolved with ${Bun.inspect(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw outcome;
}
