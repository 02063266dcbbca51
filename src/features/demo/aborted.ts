/** Resolves once the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** What `promise` gives, or the signal's reason where that comes first. */
export async function beforeAbort<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = untilAborted(signal).then((): never => {
    throw signal.reason;
  });
  return await Promise.race([promise, aborted]);
}
