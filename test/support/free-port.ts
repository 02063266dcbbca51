/** A port that was free a moment ago: our public URL, which proofs name, must be known before we listen. */
export async function freePort(): Promise<number> {
  const probe = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const { port } = probe;
  await probe.stop(true);
  if (port === undefined) throw new Error('no port');
  return port;
}
