const pauseMs = 10;

/**
 * Waits until `check` gives something other than undefined or false, and gives that. Fails with the sentence
 * once `patienceMs` are over: a bound for what hangs, never a measure of speed.
 */
export async function eventually<Result>(
  expectation: string,
  check: () => Result | Promise<Result>,
  patienceMs = 20_000,
): Promise<Exclude<Result, undefined | false>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const result = await check();
    if (result !== undefined && result !== false) return result as Exclude<Result, undefined | false>;
    if (performance.now() > deadline) throw new Error(`This did not happen: ${expectation}`);
    await Bun.sleep(pauseMs);
  }
}
