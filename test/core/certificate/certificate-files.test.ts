import { afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { getLogger } from '@logtape/logtape';
import { CertificateFiles } from '../../../src/core/certificate/certificate-files.ts';
import { redact } from '../../../src/platform/redact.ts';
import { TestClock } from '../../support/clock.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { makeCertificates, type Identity, type MadeCertificates } from '../../support/made-certificates.ts';
import { failureOf } from '../../support/rejection.ts';

const name = 'sync.example.com';
const minute = 60_000;

let made: MadeCertificates;
beforeAll(() => {
  made = makeCertificates(name);
});

let folder: ReturnType<typeof temporaryFolder>;
let clock: TestClock;
let files: CertificateFiles;
let used: string[];
beforeEach(() => {
  folder = temporaryFolder();
  clock = new TestClock();
  used = [];
  const [certificatePath, keyPath] = [folder.at('cert.pem'), folder.at('key.pem')];
  files = new CertificateFiles({ certificatePath, keyPath, name, clock, log: getLogger('test') });
  lay(made.good);
});
afterEach(async () => {
  await files[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function lay({ cert, key }: Identity): void {
  writeFileSync(folder.at('cert.pem'), cert);
  writeFileSync(folder.at('key.pem'), key, { mode: 0o600 });
}

const start = () => files.start(async ({ chain }) => void used.push(chain));

/** Lets minutes pass until it has come true. */
function afterMinutes(expectation: string, check: () => boolean): Promise<boolean> {
  return eventually(expectation, () => {
    clock.advance(minute);
    return check();
  });
}

test('a certificate that is replaced is in use within a minute, and one that is not is left alone', async () => {
  await start();
  lay(made.other);
  await afterMinutes('the other is used', () => used.length > 1);
  clock.advance(10 * minute);
  expect(used).toEqual([made.good.cert, made.other.cert]);
});

test.each<[string, (certificates: MadeCertificates) => void, RegExp]>([
  ['cut', ({ good }) => lay({ ...good, cert: good.cert.slice(0, 300) }), /does not read/],
  ['not with its key yet', ({ good, other }) => lay({ ...good, cert: other.cert }), /made for another key/],
  [
    'for another name',
    ({ otherName }) => lay(otherName),
    /is not for sync.example.com, but for other.example/,
  ],
  [
    'followed by a broken one',
    ({ good }) =>
      lay({ ...good, cert: `${good.cert}-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n` }),
    /in its chain that does not read/,
  ],
  ['gone', () => rmSync(folder.at('cert.pem')), /is not there/],
  ['with a key that is none', ({ good }) => lay({ ...good, key: 'secret' }), /no key that reads/],
])('a new one that is %s leaves the old in use and says so, until it is good', async (_how, spoil, why) => {
  await start();
  spoil(made);
  await afterMinutes('it says so', () => files.report().warnings !== undefined);
  expect(files.report().warnings?.[0]).toMatch(why);
  expect(files.report().warnings?.[0]).toContain('stays in use');
  expect(files.report().warnings?.[0]).not.toContain('secret');
  expect(used).toHaveLength(1);
  lay(made.other);
  await afterMinutes('the good one is used', () => used.length === 2);
  expect(files.report().warnings).toBeUndefined();
});

test('a server does not start with files that hold no pair for its name', async () => {
  lay(made.otherName);
  expect(await failureOf(start())).toMatchObject({ code: 'ConfigurationInvalid' });
  rmSync(folder.at('key.pem'));
  expect((await failureOf(start())).message).toContain('GROUNDMIST_TLS_KEY');
});

test('it does start with one that has ended: who renews it comes later, and the owner hears of it', async () => {
  lay(made.expired);
  await start();
  expect(files.report().reasons?.[0]).toContain('so apps cannot come in');
});

test('one that begins later is the matter of a wrong clock', async () => {
  clock.turnBack(48 * 60 * minute);
  await start();
  expect(files.report().reasons?.[0]).toContain('set its clock');
});

test('three days before the end the owner hears that nobody has renewed it', async () => {
  await start();
  clock.turnAhead(86 * 24 * 60 * minute);
  expect(files.report().warnings).toBeUndefined();
  clock.turnAhead(1.5 * 24 * 60 * minute);
  expect(files.report().warnings?.[0]).toContain('renew it');
});

test('a key that others may read is used, and spoken of', async () => {
  chmodSync(folder.at('key.pem'), 0o644);
  await start();
  expect(used).toHaveLength(1);
  expect(files.report().warnings?.[0]).toContain(`chmod o-rwx ${folder.at('key.pem')}`);
});

test('a FIFO in the place of a file is refused, and holds nobody', async () => {
  rmSync(folder.at('key.pem'));
  expect(Bun.spawnSync(['mkfifo', folder.at('key.pem')]).exitCode).toBe(0);
  expect((await failureOf(start())).message).toContain('is no file');
});

test('a sentence about a key with a passphrase comes through where keys are taken out', async () => {
  lay({ ...made.good, key: 'secret' });
  const { message } = await failureOf(start());
  expect(redact(message)).toBe(message);
});
