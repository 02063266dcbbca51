import { Failure } from '../../core/failure.ts';
import { Cancelled } from '../../platform/cancelled.ts';

/** What is needed of `process`. */
export interface ProcessEvents {
  on(event: string, listener: (reason: unknown) => void): unknown;
  off(event: string, listener: (reason: unknown) => void): unknown;
}

/**
 * Calls `end` where the process would end without having removed anything: the terminal has closed, or a library
 * fails where nobody waits for it.
 */
export function onSuddenEnd(events: ProcessEvents, end: (reason: Error) => void): Disposable {
  const hangUp = (): void => end(new Cancelled('SIGTERM'));
  const fail = (cause: unknown): void => {
    const why = cause instanceof Error ? cause.message : String(cause);
    end(new Failure('Internal', `The demo stopped unexpectedly. ${why}`, { cause }));
  };
  const listeners = { SIGHUP: hangUp, uncaughtException: fail, unhandledRejection: fail };
  for (const [event, listener] of Object.entries(listeners)) events.on(event, listener);
  return {
    [Symbol.dispose]() {
      for (const [event, listener] of Object.entries(listeners)) events.off(event, listener);
    },
  };
}
