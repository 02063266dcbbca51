import { isStore, isSync, type SystemCall } from './system-calls.ts';
import { findMessages } from './traced-frames.ts';

/**
 * Why a trace does not prove that a change was on disk before anybody heard of it; undefined where it does.
 * Between the message that brought the change and the first one that names it among our heads, an
 * acknowledgement or a forward, the log must be written with its hash and then synced.
 */
export function whyNotDurable(
  calls: readonly SystemCall[],
  hash: string,
  isLog: (path: string) => boolean,
): string | undefined {
  const messages = findMessages(calls);
  const arrival = messages.find(
    ({ direction, message }) =>
      direction === 'received' && message.heads.includes(hash) && message.changes.length > 0,
  )?.call.endedAt;
  if (arrival === undefined) return 'it never arrived';
  const told = messages.find(({ direction, message }) => direction === 'sent' && message.heads.includes(hash))
    ?.call.startedAt;
  if (told === undefined) return 'nobody was told of it';
  const between = calls.filter((call) => call.startedAt > arrival && call.endedAt < told && isLog(call.file));
  const store = between.find((call) => isStore(call) && call.bytes.includes(Buffer.from(hash, 'hex')));
  if (store === undefined) return 'it was told before it was written';
  // What is written once it is synced, that Automerge has opened it, may wait.
  const isSynced = between.some(
    (call) => isSync(call) && call.file === store.file && call.startedAt > store.endedAt,
  );
  return isSynced ? undefined : 'it was told before it was synced';
}
