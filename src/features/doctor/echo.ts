import type { Clock } from '../../platform/clock.ts';
import type { Connection, Socket } from '../../platform/http.ts';
import { mostEchoedBytes, probeCloseCode } from './arrival.ts';
import { probeLifeMs } from './probes.ts';

/** RFC 6455 §7.4.1 */
const tooBigCode = 1009;
const goingAwayCode = 1001;

/** Sends back what comes, up to a limit; an empty frame, or half a minute, ends it. */
export function echo(clock: Pick<Clock, 'after'>): Connection {
  let socket: Socket | undefined;
  let leftBytes = mostEchoedBytes;
  const cancel = clock.after(probeLifeMs, () => socket?.close(goingAwayCode, 'the probe is over'));
  return {
    open: (opened) => void (socket = opened),
    message(bytes) {
      leftBytes -= bytes.length;
      if (leftBytes < 0) socket?.close(tooBigCode, 'a probe is smaller');
      else if (bytes.length === 0) socket?.close(probeCloseCode, 'the probe is done');
      else socket?.send(bytes);
    },
    drain() {},
    close: cancel,
  };
}
