/** Lets everything else have its turn, a signal of the person among it, and throws where that asked for an end. */
export async function takeTurn(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
  signal.throwIfAborted();
}
