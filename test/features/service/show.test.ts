import { expect, test } from 'bun:test';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from '../../../src/features/service/install-command.ts';
import { serviceState, type ServiceState } from '../../../src/features/service/service-state.ts';
import { describeState, show } from '../../../src/features/service/show-command.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { FakeMachine, run } from './fake-machine.ts';

const shown = 'systemctl --user --no-ask-password show';
const running = [
  'ActiveState=active',
  'SubState=running',
  'StateChangeTimestamp=Sat 2025-11-29 01:00:52 UTC',
  'Result=success',
  'MainPID=4711',
  'StatusText=Listening on http://127.0.0.1:3031; 2 apps waiting for your answer',
  'MemoryCurrent=104857600',
  'NRestarts=1',
];

function golden(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dir, `golden/${name}.json`), 'utf8'));
}

test('--json has the shape that docs/json.md describes', async () => {
  using folder = temporaryFolder();
  const machine = new FakeMachine(folder);
  await run(install, machine);
  mkdirSync(folder.at('user/groundmist.service.d'));
  writeFileSync(folder.at('user/groundmist.service.d/more.conf'), '[Service]\nLimitNOFILE=100\n');
  machine.answers.push([shown, { output: running.join('\n') }]);
  const { output } = await run(show, machine, { json: true });
  expect(JSON.parse(output)).toEqual(golden('show'));
  expect(Object.keys(JSON.parse(output))).toEqual(Object.keys(serviceState.shape));
});

test('what systemd does not know or count is null', async () => {
  using folder = temporaryFolder();
  const machine = new FakeMachine(folder);
  await run(install, machine);
  appendFileSync(folder.at('user/groundmist.service'), '# mine\n');
  const output = 'ActiveState=inactive\nStateChangeTimestamp=\nMainPID=0\nMemoryCurrent=18446744073709551615';
  machine.answers.push([shown, { output }]);
  const said = await run(show, machine, { json: true });
  expect(JSON.parse(said.output)).toMatchObject({
    state: 'stopped',
    since: null,
    pid: null,
    says: null,
    memoryBytes: null,
    restarts: 0,
    isChangedByHand: true,
  });
});

test('where none is installed it says how to make one', async () => {
  using folder = temporaryFolder();
  const { error } = await run(show, new FakeMachine(folder));
  expect(error).toMatchObject({ code: 'ServiceFailed', message: expect.stringContaining('service install') });
});

const state: ServiceState = {
  unit: '/etc/systemd/system/groundmist.service',
  scope: 'system',
  state: 'running',
  since: '2025-11-29T01:00:52.000Z',
  result: null,
  pid: 4711,
  says: 'Listening on http://127.0.0.1:3031',
  isEnabled: true,
  isLingering: null,
  isChangedByHand: false,
  dropIns: [],
  memoryBytes: 104_857_600,
  restarts: 0,
  logs: 'journalctl -u groundmist',
};

test('a person sees a screen of it', () => {
  expect(describeState(state)).toBe(`Unit      /etc/systemd/system/groundmist.service
State     running, since 2025-11-29T01:00:52Z
Says      Listening on http://127.0.0.1:3031
Process   4711
Memory    104.9 MB
Boot      starts with the machine
Log       journalctl -u groundmist`);
});

test.each([
  [
    { state: 'failed', result: 'oom-kill' },
    ['failed (oom-kill)', 'sudo groundmist service install --system'],
  ],
  [
    { state: 'restarting', result: 'watchdog', restarts: 3 },
    ['by itself (watchdog), and is started', '3, each'],
  ],
  [{ state: 'unknown' }, ['this systemd does not answer']],
  [{ isEnabled: false }, ['does not start with the machine', 'To start it']],
  [{ scope: 'user', isLingering: false }, ['only when its owner logs in', ': groundmist service install']],
  [{ says: 'a\u001b[2Jb' }, ['a\\u001b[2Jb']],
] as const)('%j is said in words', (changed, words) => {
  for (const word of words) expect(describeState({ ...state, ...changed })).toContain(word);
});
