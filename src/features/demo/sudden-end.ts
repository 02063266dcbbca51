import { Failure } from '../../core/failure.ts';

const sudden = ['uncaughtException', 'unhandledRejection'];

/** What is needed of `process`. */
export interface ProcessEvents {
  on(event: string, listener: (reason: unknown) => void): unknown;
  off(event: string, listener: (reason: unknown) => void): unknown;
}

/** Calls `end` where the process would end without having removed anything: a library fails where nobody waits for it. */
export function onSuddenEnd(events: ProcessEvents, end: (reason: Failure) => void): Disposable {
  const fail = (cause: unknown): void => {
    const why = cause instanceof Error ? cause.message : String(cause);
    end(new Failure('Internal', `The demo stopped unexpectedly. ${why}`, { cause }));
  };
  for (const event of sudden) events.on(event, fail);
  return {
    [Symbol.dispose]() {
      for (const event of sudden) events.off(event, fail);
    },
  };
}
