// The stock stack as its README shows it: Repo, websocket adapter, files. It serves what is asked for and announces nothing.
import { createServer } from 'node:http';
import { Repo } from '@automerge/automerge-repo';
import { NodeWSServerAdapter } from '@automerge/automerge-repo-network-websocket';
import { NodeFSStorageAdapter } from '@automerge/automerge-repo-storage-nodefs';
import { WebSocketServer } from 'ws';

const [port, folder] = process.argv.slice(2);
const http = createServer((_, response) => response.end());
const sockets = new WebSocketServer({ server: http });
export const repo = new Repo({
  network: [new NodeWSServerAdapter(sockets)],
  storage: new NodeFSStorageAdapter(folder),
  peerId: 'storage-server-stock',
  sharePolicy: async () => false,
});
http.listen(Number(port), '127.0.0.1');
