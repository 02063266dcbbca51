import { expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { describeMachineService } from '../../../src/core/service/machine-service.ts';
import { currentUser } from '../../../src/platform/users.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('a service of the machine is told of to whom it is not, with the line that asks it', () => {
  using folder = temporaryFolder();
  expect(describeMachineService(folder.path)).toBeUndefined();
  const write = (user: string, envFile: string): void =>
    writeFileSync(
      folder.at('groundmist.service'),
      `[Service]\nUser=${user}\nExecStart=/usr/bin/true serve --env-file ${envFile}\n`,
    );
  write('mist', '/etc/groundmist/env');
  expect(describeMachineService(folder.path)).toBe(
    'The service of this machine is that of the user mist: `sudo -u mist groundmist status` asks it.',
  );
  write('mist', '"/srv/a b/env"');
  expect(describeMachineService(folder.path)).toContain(
    "groundmist status --env-file '/srv/a b/env'` asks it.",
  );
  write(currentUser()?.name ?? '', '/etc/groundmist/env');
  expect(describeMachineService(folder.path)).toBeUndefined();
});
