/** The least that a WebSocket server on Bun can do: it sends back what it gets. Prints its port. */
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request, self) => (self.upgrade(request) ? undefined : new Response('', { status: 400 })),
  websocket: { message: (socket, message) => void socket.send(message) },
});
console.log(server.port);
