/** What listens on this machine, speaks HTTP, and must hear nothing. */
export interface Victim extends AsyncDisposable {
  readonly port: number;
  /** `GET http://…/`, in the order they came. */
  readonly asked: readonly string[];
}

export function startVictim(): Victim {
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      asked.push(`${request.method} ${request.url}`);
      return Response.json({});
    },
  });
  return { port: Number(server.port), asked, [Symbol.asyncDispose]: () => server.stop(true) };
}
