import { expect, test } from 'bun:test';
import { checkOfferFlags, chooseOffers, type Offering } from '../../../src/features/init/offers.ts';

const offering: Omit<Offering, 'options'> = {
  before: {
    envFile: '/srv/env',
    entries: [],
    form: { byteOrderMark: '', lineEnd: '\n' },
    isSetUp: false,
    standing: { envFile: undefined, unit: undefined, caddyfile: undefined },
    paths: { unit: '/srv/groundmist.service', caddyfile: '/srv/Caddyfile' },
  },
  host: undefined,
  installed: undefined,
  hasOwnTls: false,
  hasSystemd: false,
  isRoot: false,
  prompts: undefined,
};

test.each([
  [{ system: true }, 'system'],
  [{ system: true, unit: 'system' }, 'system'],
  [{ unit: 'user' }, 'user'],
  [{}, 'none'],
])('with %j, and no systemd here, the service is %s', async (options, service) => {
  expect(await chooseOffers({ ...offering, options })).toMatchObject({ service });
});

test('two flags that contradict one another are refused before the first question', () => {
  expect(() => checkOfferFlags({ system: true, unit: 'user' }, { isInteractive: true })).toThrow(
    'Give --system or --unit user, not both.',
  );
});

test('a login in the browser is refused where nobody sits at a terminal', () => {
  const check = (isInteractive: boolean) =>
    checkOfferFlags({ publish: 'oauth', yes: true }, { isInteractive });
  expect(() => check(false)).toThrow('--publish oauth needs a terminal');
  expect(() => check(true)).not.toThrow();
});
