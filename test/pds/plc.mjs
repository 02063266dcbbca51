// A PLC directory in memory: what @atproto/pds and DID resolvers ask of plc.directory, nothing else.
// Operations are checked by @did-plc/lib as the real directory checks them, and pages may ask it as they may ask that.
import { createServer } from 'node:http';

const maxBodyBytes = 64 * 1024;

/** @param {typeof import('@did-plc/lib')} plc the library, loaded by the caller */
export async function startPlc(plc) {
  /** @type {Map<string, { operation: object, cid: unknown, nullified: boolean, did: string, createdAt: Date }[]>} */
  const logs = new Map();
  const server = createServer((request, response) => {
    answer(plc, logs, request)
      .catch((error) => ({ status: 400, body: { message: String(error?.message ?? error) } }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
        response.end(JSON.stringify(body));
      });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(plc, logs, request) {
  const [did, ...rest] = decodeURIComponent(request.url).slice(1).split('/');
  const log = logs.get(did) ?? [];
  if (request.method === 'POST') {
    const operation = await readJson(request);
    await append(plc, { did, log, operation });
    logs.set(did, log);
    return { status: 200, body: {} };
  }
  const last = log.findLast((entry) => !entry.nullified);
  if (last === undefined) return { status: 404, body: { message: `DID not registered: ${did}` } };
  if (rest.join('/') === 'log/last') return { status: 200, body: last.operation };
  const account = plc.opToData(did, last.operation);
  if (account === null) return { status: 410, body: { message: `DID not available: ${did}` } };
  if (rest.join('/') === 'data') return { status: 200, body: account };
  if (rest.length === 0) return { status: 200, body: toDocument(account) };
  return { status: 404, body: { message: 'not found' } };
}

async function append(plc, { did, log, operation }) {
  const { nullified } = await plc.assureValidNextOp(did, log, operation);
  for (const entry of log) {
    if (nullified.some((cid) => cid.equals(entry.cid))) entry.nullified = true;
  }
  const { cid } = await plc.getLastOpWithCid([operation]);
  log.push({ did, operation, cid, nullified: false, createdAt: new Date() });
}

// The library still writes the key form of 2019; plc.directory answers with Multikey.
function toDocument({ did, alsoKnownAs, verificationMethods, services }) {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    alsoKnownAs,
    verificationMethod: Object.entries(verificationMethods).map(([name, key]) => ({
      id: `${did}#${name}`,
      type: 'Multikey',
      controller: did,
      publicKeyMultibase: key.slice('did:key:'.length),
    })),
    service: Object.entries(services).map(([name, { type, endpoint }]) => ({
      id: `#${name}`,
      type,
      serviceEndpoint: endpoint,
    })),
  };
}

async function readJson(request) {
  const chunks = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes) throw new Error('body too large');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}
