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
