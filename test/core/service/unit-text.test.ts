import { expect, test } from 'bun:test';
import { readUnit } from '../../../src/core/service/unit-text.ts';

test('a unit is read as systemd reads it', () => {
  const unit = readUnit(`[Service]
# ExecStart=/usr/bin/old serve
User=mist
ExecStart=-"/opt/my mist/groundmist" serve \\
  --env-file "/etc/100%% \\"mine\\"/$$env"
WorkingDirectory=/srv/my mist
EnvironmentFile=-/etc/groundmist/env
Environment=PORT=3031 DATA_DIR=/srv/data
`);
  expect(unit).toMatchObject({
    user: 'mist',
    program: '/opt/my mist/groundmist',
    words: ['/opt/my mist/groundmist', 'serve', '--env-file', '/etc/100% "mine"/$env'],
  });
  for (const name of ['/srv/my mist', '/etc/groundmist/env', '/srv/data', '/etc/100% "mine"/$env']) {
    expect(unit.names).toContain(name);
  }
});

test('what a comment names, and the beginning of a longer path, is not named', () => {
  const { names, program } = readUnit(
    '[Service]\n# /srv/mist\n; WorkingDirectory=/srv/mist\nReadWritePaths=/srv/mist2\n',
  );
  expect(names).not.toContain('/srv/mist');
  expect(program).toBeUndefined();
});

test('a quote of the one kind within quotes of the other means itself', () => {
  const { words } = readUnit(`ExecStart=/usr/bin/true "/srv/carol's mist" '/a "b" c'\n`);
  expect(words).toEqual(['/usr/bin/true', "/srv/carol's mist", '/a "b" c']);
});
