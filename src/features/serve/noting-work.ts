import type { Groundmist } from '../../groundmist.ts';

/** The same, with a word said before all that the network brings: requests, messages, and the ends of sockets. */
export function notingWork(
  { fetch, websocket }: Pick<Groundmist, 'fetch' | 'websocket'>,
  noteWork: () => void,
): Pick<Groundmist, 'fetch' | 'websocket'> {
  return {
    fetch(request, server) {
      noteWork();
      return fetch(request, server);
    },
    websocket: {
      ...websocket,
      message(socket, message) {
        noteWork();
        return websocket.message?.(socket, message);
      },
      close(socket, code, reason) {
        noteWork();
        return websocket.close?.(socket, code, reason);
      },
    },
  };
}
