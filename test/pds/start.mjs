// node start.mjs <folder that install.sh printed>
// Starts a PLC directory and the reference PDS on free loopback ports, prints { plcUrl, pdsUrl } as one line of
// JSON and ends when its standard input closes. Everything it stores is in a temporary directory.
// No TLS, no rate limits, no SSRF protection: for tests only.
import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlc } from './plc.mjs';

const [folder] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));

// Loading takes seconds; a parent that is gone by then must still end us.
let stop = () => process.exit(0);
process.stdin.resume();
process.stdin.on('end', () => stop());
process.on('SIGTERM', () => stop());

const plc = await startPlc(require('@did-plc/lib'));
const { PDS } = require('@atproto/pds');
const directory = await mkdtemp(join(tmpdir(), 'groundmist-test-pds-'));
const port = await findFreePort();
const pds = await PDS.fromEnv(await makeEnvironment());
await pds.start();

stop = async () => {
  stop = () => {};
  await pds.destroy();
  plc.close();
  await rm(directory, { recursive: true, force: true });
  process.exit(0);
};
process.stdout.write(`${JSON.stringify({ plcUrl: plc.url, pdsUrl: `http://localhost:${port}` })}\n`);

async function makeEnvironment() {
  const dataDirectory = join(directory, 'data');
  const blobstoreDiskLocation = join(directory, 'blobs');
  await Promise.all([mkdir(dataDirectory), mkdir(blobstoreDiskLocation)]);
  return {
    devMode: true,
    hostname: 'localhost',
    port,
    dataDirectory,
    blobstoreDiskLocation,
    didPlcUrl: plc.url,
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    rateLimitsEnabled: false,
    disableSsrfProtection: true,
    crawlers: [],
    adminPassword: randomBytes(16).toString('hex'),
    jwtSecret: randomBytes(16).toString('hex'),
    dpopSecret: randomBytes(32).toString('hex'),
    plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
    // Nothing listens there: no request of a test leaves this machine.
    bskyAppViewUrl: 'http://127.0.0.1:9',
    bskyAppViewDid: 'did:example:invalid',
    modServiceUrl: 'http://127.0.0.1:9',
    modServiceDid: 'did:example:invalid',
  };
}

function findFreePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => done(free));
    });
  });
}
