import { Failure, type FailureCode } from '../../src/core/failure.ts';

/** The failure that a promise ends in; undefined where it ends well. Any other error is thrown on. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** The code of that failure. */
export async function codeOf(promise: Promise<unknown>): Promise<FailureCode | 'no failure'> {
  return (await failureOf(promise))?.code ?? 'no failure';
}
