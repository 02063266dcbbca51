import { expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { secret } from '../../../../src/features/doctor/checks/secret.ts';
import { findOne } from '../context.ts';

const counting = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('hex');

test('random bytes are ok', async () => {
  for (let attempt = 0; attempt < 200; attempt++) {
    const environment = { GROUNDMIST_SYNC_SECRET_KEY: randomBytes(32).toString('hex') };
    expect(await findOne(secret, { environment })).toMatchObject({ kind: 'ok' });
  }
});

test.each(['00'.repeat(32), 'ab'.repeat(40), 'deadbeef'.repeat(8), '0123456789abcdef'.repeat(4), counting])(
  '%s is a warning that does not repeat it',
  async (key) => {
    const finding = await findOne(secret, { environment: { GROUNDMIST_SYNC_SECRET_KEY: key } });
    expect(finding).toMatchObject({ kind: 'warning', cure: expect.stringContaining('openssl rand -hex 32') });
    expect(JSON.stringify(finding)).not.toContain(key);
  },
);

test('one that is no secret at all is left to the configuration', async () => {
  const environment = { GROUNDMIST_SYNC_SECRET_KEY: 'hunter2' };
  expect(await findOne(secret, { environment })).toEqual({
    check: 'secret',
    kind: 'unchecked',
    cause: 'GROUNDMIST_SYNC_SECRET_KEY cannot be read.',
  });
});
