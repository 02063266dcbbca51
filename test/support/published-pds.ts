import type { TestOwner } from './plc.ts';

/** As much of the owner's PDS as an app asks on its way to the sync server. */
export interface PublishedPds extends AsyncDisposable {
  readonly url: string;
}

/** A PDS on loopback that has the owner's sync record with this host, and mints their service tokens. */
export function servePublished(owner: TestOwner, host: string): PublishedPds {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const asked = Object.fromEntries(searchParams);
      if (pathname === '/xrpc/com.atproto.server.getServiceAuth') {
        return Response.json({
          token: await owner.serviceJwt({ aud: asked['aud'] ?? '', lxm: asked['lxm'] }),
        });
      }
      const uri = `at://${owner.did}/xyz.groundmist.sync/${owner.did}`;
      const { repo, collection, rkey } = asked;
      if (pathname === '/xrpc/com.atproto.repo.getRecord' && uri === `at://${repo}/${collection}/${rkey}`) {
        return Response.json({ uri, value: { $type: 'xyz.groundmist.sync', host } });
      }
      return Response.json({ error: 'RecordNotFound', message: 'Could not locate record' }, { status: 400 });
    },
  });
  return { url: server.url.origin, [Symbol.asyncDispose]: () => server.stop(true) };
}
