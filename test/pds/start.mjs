// node start.mjs <folder that install.sh printed>
// A PLC directory and the reference PDS on free loopback ports, for the parent process: `start` starts them and
// gives { plcUrl, pdsUrl }, `rotate` puts another signing key in the DID document of an account, `countAppSessions`
// looks into the PDS's own database for sessions that were made with an app password and can still be refreshed.
// Everything they store is in a temporary directory. No TLS, no rate limits, no SSRF protection: for tests only.
import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { converse } from './conversation.mjs';
import { startPlc } from './plc.mjs';

const [folder] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const rotationKeyHex = randomBytes(32).toString('hex');
const closing = [];
let plcUrl;
let pds;

converse({ start, rotate, countAppSessions }, async () => {
  for (const close of closing.toReversed()) await close();
});

async function start() {
  const plc = await startPlc(require('@did-plc/lib'));
  closing.push(() => plc.close());
  plcUrl = plc.url;
  const { PDS } = require('@atproto/pds');
  const directory = await mkdtemp(join(tmpdir(), 'groundmist-test-pds-'));
  closing.push(() => rm(directory, { recursive: true, force: true }));
  const port = await findFreePort();
  pds = await PDS.fromEnv(await makeEnvironment(directory, port));
  await pds.start();
  closing.push(() => pds.destroy());
  return { plcUrl, pdsUrl: `http://localhost:${port}` };
}

/** As the owner of the recovery key would; the PDS itself goes on signing with the old key. */
async function rotate({ did, signingKey }) {
  const { Secp256k1Keypair } = require('@atproto/crypto');
  const { Client } = require('@did-plc/lib');
  const rotationKey = await Secp256k1Keypair.import(rotationKeyHex);
  await new Client(plcUrl).updateAtprotoKey(did, rotationKey, signingKey);
}

async function countAppSessions({ did }) {
  const { db } = pds.ctx.accountManager.db;
  const kept = db.selectFrom('refresh_token').where('did', '=', did).where('appPasswordName', 'is not', null);
  return (await kept.selectAll().execute()).length;
}

async function makeEnvironment(directory, port) {
  const dataDirectory = join(directory, 'data');
  const blobstoreDiskLocation = join(directory, 'blobs');
  await Promise.all([mkdir(dataDirectory), mkdir(blobstoreDiskLocation)]);
  return {
    devMode: true,
    hostname: 'localhost',
    port,
    dataDirectory,
    blobstoreDiskLocation,
    didPlcUrl: plcUrl,
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    rateLimitsEnabled: false,
    disableSsrfProtection: true,
    crawlers: [],
    adminPassword: randomBytes(16).toString('hex'),
    jwtSecret: randomBytes(16).toString('hex'),
    dpopSecret: randomBytes(32).toString('hex'),
    plcRotationKeyK256PrivateKeyHex: rotationKeyHex,
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
