import { Failure, type FailureCode } from '../../src/core/failure.ts';

/** The error that `promise` is rejected with; fails where it is not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  const outcome: unknown = await promise.then(
    (value) => new Error(`was not rejected, gave ${JSON.stringify(value)}`),
    (error: unknown) => ({ error }),
  );
  if (outcome instanceof Error) throw outcome;
  const { error } = outcome as { error: unknown };
  return error instanceof Error ? error : new Error(String(error));
}

/** The failure that `promise` is rejected with; throws where it ends with anything else. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await rejectionOf(promise);
  if (error instanceof Failure) return error;
  throw error;
}

/** The code of that failure, where there is one. */
export async function codeOf(promise: Promise<unknown>): Promise<FailureCode | 'no failure'> {
  let isDone = false;
  const noted = promise.then(() => (isDone = true));
  await noted.catch(() => {});
  return isDone ? 'no failure' : (await failureOf(promise)).code;
}
