import { getLogger } from '@logtape/logtape';
import { expect, test } from 'bun:test';
import { Failure, type FailureCode } from '../../src/core/failure.ts';
import { identityFailures } from '../../src/core/identity-failures.ts';
import { toPublicFailure } from '../../src/core/public-failure.ts';
import { openLog } from '../../src/platform/log.ts';

const log = getLogger('test');

test.each(['StoreUnavailable', 'StoreDamaged', 'ConfigurationInvalid', 'Internal'] as const)(
  'the network hears that it is %s, and not where on the disk',
  (code) => {
    const failure = toPublicFailure(
      new Failure(code, 'The folder /srv/secret/place cannot be read.'),
      log,
      'abc123',
    );
    expect(failure.code).toBe(code);
    expect(failure.message).not.toContain('/srv');
  },
);

test.each(Object.keys(identityFailures))('the network hears nothing of %s', (code) => {
  const failure = toPublicFailure(new Failure(code as FailureCode, 'It names a PDS.'), log, 'abc123');
  expect(failure.code).toBe('IdentityUnresolved');
  expect(failure.message).not.toContain('PDS');
});

test('the network hears nothing of a fault of ours', () => {
  const failure = toPublicFailure(new TypeError('undefined is not a token'), log, 'abc123');
  expect({ code: failure.code, message: failure.message }).toEqual({
    code: 'Internal',
    message: 'Something went wrong inside groundmist.',
  });
});

test('what is about the request itself is said as it is', () => {
  const failure = new Failure('InvalidRequest', 'The body is not JSON.');
  expect(toPublicFailure(failure, log, 'abc123')).toBe(failure);
});

test.each([
  ['StoreReadOnly', 'warning'],
  ['Stopping', 'debug'],
  ['InvalidRequest', 'debug'],
] as const)('that it is %s stands in the log as a %s', async (code, level) => {
  const lines: string[] = [];
  const told = await openLog({ form: 'json', level: 'debug', write: (line) => lines.push(line) > 0 });
  toPublicFailure(new Failure(code, 'So it is.'), told, 'abc123');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level }]);
});
