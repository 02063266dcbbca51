/**
 * A request without any Host for `/health` as one for `url`, all others as they are. HTTP/1.0 needs none, and small programs that only look whether
 * a server is alive send none. Nobody learns anything from the answer, and a web page always sends a name.
 */
export function nameHealth(request: Request, url: string | URL): Request {
  const { method } = request;
  const isLook = request.url === '/health' && (method === 'GET' || method === 'HEAD');
  if (!isLook || request.headers.get('host') !== null) return request;
  return new Request(new URL('/health', url).href, { method });
}
