/** Where the time comes from. Tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970, as the wall clock has it. */
  now(): number;
  /** Milliseconds since a moment of its own. Nobody sets it, so it measures how long something is ago. */
  elapsed(): number;
  /** Calls `action` once after `delayMs`; the function returned cancels it. The process does not stay alive for it. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
