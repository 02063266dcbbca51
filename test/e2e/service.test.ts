import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { BootedMachine, whyNotBooted } from '../support/booted-machine.ts';
import { eventually } from '../support/eventually.ts';
import { stockFixtures } from '../support/stock-data.ts';
import { Binary } from './binary.ts';

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
const [stockFixture = ''] = stockFixtures;
const init = `groundmist init --did ${did} --local --yes`;
const skipped = whyNotBooted === undefined ? '' : ` (skipped: ${whyNotBooted})`;

test.if(process.env['CI'] === 'true')('a machine can be booted, so that services are tried in CI', () => {
  expect(whyNotBooted).toBeUndefined();
});

async function bootWithProgram(): Promise<BootedMachine> {
  using binary = new Binary();
  const machine = await BootedMachine.boot();
  machine.copyIn(binary.path, '/usr/local/bin/groundmist');
  return machine;
}

describe.skipIf(skipped !== '')(`a service of the machine${skipped}`, () => {
  let machine: BootedMachine;
  beforeAll(async () => {
    machine = await bootWithProgram();
  });
  afterAll(async () => await machine[Symbol.asyncDispose]());

  const show = async () => JSON.parse(await machine.do('groundmist service show --json'));
  const isRunning = async () => {
    const shown = await show();
    return shown.state === 'running' && shown;
  };

  test('is made from nothing by two lines, and ready when they have ended', async () => {
    await machine.do(`${init} --system`);
    const installed = await machine.do('groundmist service install --system');
    expect(installed).toContain('The server runs and is ready; it starts with the machine.');
    await machine.do('cmp /etc/groundmist/groundmist.service /etc/systemd/system/groundmist.service');
    expect(await show()).toMatchObject({
      state: 'running',
      says: 'Listening on http://127.0.0.1:3031',
      isEnabled: true,
      restarts: 0,
    });
    expect(await machine.do('groundmist status --json')).toContain('"isReady": true');
    const { stdout } = await machine.run('groundmist doctor --json');
    const { findings }: { findings: readonly { kind: string }[] } = JSON.parse(stdout);
    // There is no network in it, so nobody can be looked up.
    expect(findings.filter(({ kind }) => kind === 'problem')).toMatchObject([{ check: 'identity' }]);
  });

  test('is left alone by the same line where nothing changed, and restarted where its settings or its program did', async () => {
    const { pid } = await show();
    expect(await machine.do('groundmist service install --system')).toContain('Nothing to do');
    expect((await show()).pid).toBe(pid);
    // Only root and who has its capability for that may open such a port.
    await machine.do('echo PORT=80 >> /etc/groundmist/env; groundmist service install --system');
    expect(await show()).toMatchObject({ says: 'Listening on http://127.0.0.1' });
    const upgrade = 'cd /usr/local/bin && cp groundmist next && mv next groundmist';
    expect(await machine.do(`${upgrade} && groundmist service install --system`)).toContain('runs again');
  });

  test('runs again once the machine has', async () => {
    await machine.reboot();
    expect(await eventually('it runs', isRunning)).toMatchObject({ restarts: 0 });
  });

  test('is handed its settings, whoever may read their file, and says where they are missing', async () => {
    await machine.do('chown root: /etc/groundmist/env; systemctl restart groundmist');
    const { findings } = JSON.parse((await machine.run('groundmist doctor --json')).stdout);
    expect(findings).toContainEqual(expect.objectContaining({ check: 'env-file', kind: 'ok' }));
    await machine.do('mv /etc/groundmist/env /srv/env');
    expect((await machine.run('systemctl restart groundmist')).exitCode).toBe(1);
    expect(await machine.do('journalctl -u groundmist -o cat')).toContain(
      'The env file /etc/groundmist/env cannot be used: it does not exist.',
    );
    expect(await show()).toMatchObject({ state: 'failed', result: 'exit-code', restarts: 0 });
    await machine.do('mv /srv/env /etc/groundmist/env; groundmist service install --system');
    expect(await machine.do('stat -c "%U %a" /etc/groundmist/env')).toBe('groundmist 600');
  });

  test('comes back when it was killed, and when its event loop hangs', async () => {
    const folder = '/etc/systemd/system/groundmist.service.d';
    await machine.do(`mkdir ${folder}`);
    // The runtime itself brings in what keeps its loop busy: the product has nothing for that.
    machine.write('/srv/busy.js', `process.on('SIGUSR2', () => { for (;;); });\n`);
    const busy = 'UnsetEnvironment=\nEnvironment="BUN_OPTIONS=--preload /srv/busy.js"\n';
    machine.write(`${folder}/quick.conf`, `[Service]\nRestartSec=100ms\nWatchdogSec=1\n${busy}`);
    await machine.do('groundmist service install --system');
    const { pid } = await show();
    await machine.do(`kill -KILL ${pid}`);
    const again = await eventually('another runs', async () => {
      const shown = await isRunning();
      return shown && shown.pid !== pid && shown;
    });
    await machine.do(`kill -USR2 ${again.pid}`);
    await eventually('one runs in place of what hangs', async () => {
      const shown = await isRunning();
      return shown && shown.pid !== again.pid;
    });
    expect(await machine.do('journalctl -u groundmist')).toContain('Watchdog timeout');
  });

  test('stops when it is told to, with all said and done', async () => {
    await machine.do('systemctl stop groundmist');
    expect(await machine.do('systemctl show groundmist -p Result')).toBe('Result=success');
    expect(await machine.do('groundmist service show')).toContain('State     stopped');
  });

  test('may do in its sandbox all that a server and its children do with documents', async () => {
    machine.copyIn(`${stockFixture}/xyz/groundmist/library`, '/srv/stock');
    await machine.do('mkdir /srv/backups; chown groundmist: /srv/backups; chmod -R a+rX /srv/stock');
    await machine.do('echo GROUNDMIST_BACKUP_DIRECTORY=/srv/backups >> /etc/groundmist/env');
    await machine.do('groundmist service install --system --no-start');
    const work = [
      'import /srv/stock --into xyz.groundmist.library',
      'verify',
      'backup create',
      'backup list --json',
    ];
    const script = work.map((words) => `groundmist ${words} --env-file /etc/groundmist/env`).join(' && ');
    machine.write('/usr/local/bin/work', `#!/bin/sh\n${script}\n`);
    // The unit as it is, with other work to do, once.
    await machine.do(
      `chmod 755 /usr/local/bin/work; cd /etc/systemd/system; sed '/^Type/d; /^Watchdog/d; /^NotifyAccess/d; s|^Restart=.*|Type=oneshot|; s|^ExecStart=.*|ExecStart=/usr/local/bin/work|' groundmist.service > work.service`,
    );
    await machine.do('systemctl start work || { journalctl -u work >&2; false; }');
    const said = await machine.do('journalctl -u work -o cat');
    expect(said).toContain('"damagedDocuments":0');
    expect(await machine.do('ls /srv/backups')).toMatch(/^groundmist-.*/);
    expect(await machine.do('find /var/lib/groundmist ! -user groundmist')).toBe('');
  });

  test('that cannot start says why, and is tried again until what is in its way is gone', async () => {
    await machine.do('systemd-run --unit=other systemd-socket-activate -l 127.0.0.1:80 cat');
    const { exitCode, stderr } = await machine.run('groundmist service install --system');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('The port 80 of 127.0.0.1 is taken by another program.'),
    });
    expect(stderr).toContain('systemd goes on trying.');
    await machine.do('systemctl stop other');
    await eventually('it runs', isRunning);
  });

  test('waits for an address of its machine, and is not tried again with a wrong setting', async () => {
    await machine.do('cp -a /etc/groundmist/env /srv/env');
    await machine.do('sed -i s/^PORT=80// /etc/groundmist/env');
    await machine.do('echo GROUNDMIST_METRICS=10.9.9.9:3032 >> /etc/groundmist/env');
    expect((await machine.run('groundmist service install --system')).stderr).toContain('10.9.9.9');
    expect((await show()).state).not.toBe('failed');
    await machine.do('ip address add 10.9.9.9/32 dev lo');
    await eventually('it runs', isRunning);
    await machine.do('echo PORT=none >> /etc/groundmist/env; ! systemctl restart groundmist');
    expect(await show()).toMatchObject({ state: 'failed', restarts: 0 });
    await machine.do('cp -a /srv/env /etc/groundmist/env');
  });

  test('waits for the disk of its documents, begins no others below it, and is not stopped for its sake', async () => {
    machine.write('/etc/fstab', '/dev/nothing /srv/disk ext4 nofail,x-systemd.device-timeout=100ms 0 2\n');
    await machine.do('mkdir -m 777 /srv/disk; systemctl daemon-reload');
    await machine.do('echo DATA_DIR=/srv/disk/documents >> /etc/groundmist/env');
    const { stderr } = await machine.run('groundmist service install --system');
    expect(stderr).toContain('/etc/fstab has for /srv/disk, and that is not mounted now');
    await eventually('it is tried again', async () => (await show()).restarts > 1);
    await machine.do('mount -t tmpfs -o mode=777 none /srv/disk');
    await machine.do('install -d -m 700 -o groundmist /srv/disk/documents');
    await eventually('it runs', isRunning);
    await machine.do('umount --lazy /srv/disk');
    expect((await show()).state).toBe('running');
    await machine.do('cp -a /srv/env /etc/groundmist/env; : > /etc/fstab; systemctl daemon-reload');
    await machine.do('groundmist service install --system');
  });

  test('is told of to who is somebody else, and its user hears in a sentence of a folder that is closed to it', async () => {
    await machine.do('useradd --create-home carol; chmod 700 /home/carol');
    const asked = await machine.run('groundmist status', { user: 'carol' });
    expect(asked.stderr).toContain('`sudo -u groundmist groundmist status` asks it.');
    const backup = 'groundmist backup create --env-file /etc/groundmist/env --to /home/carol';
    const { exitCode, stderr } = await machine.run(`cd /home/carol; runuser -u groundmist -- ${backup}`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('This user may not write or read what it has to, at /home/carol'),
    });
    const here = await machine.run('cd /home/carol; runuser -u groundmist -- groundmist status');
    expect(here.stderr).not.toContain('passed over');
  });

  test('is taken away with its unit; documents and settings stay', async () => {
    const said = await machine.do('groundmist service uninstall --system');
    expect(said).toContain('  settings   /etc/groundmist/env\n  documents  /var/lib/groundmist\n');
    expect((await machine.run('groundmist service show')).exitCode).toBe(1);
    await machine.do('ls /etc/groundmist/env /var/lib/groundmist/.groundmist/control.sqlite');
  });
});

describe.skipIf(skipped !== '')(`a service of a person's own${skipped}`, () => {
  test('is installed by them as after `su`, and runs without a login after the machine has started again', async () => {
    await using machine = await bootWithProgram();
    await machine.do('useradd --create-home --shell /bin/sh alice');
    const alice = { user: 'alice' };
    await machine.do(init, alice);
    expect(await machine.do('groundmist service install', alice)).toContain('The server runs and is ready');
    await machine.reboot();
    await eventually('it runs', async () => {
      const shown = await machine.do('groundmist service show', alice);
      return shown.includes('Says      Listening on http://127.0.0.1:3031');
    });
    expect(await machine.do('groundmist service uninstall', alice)).toContain('loginctl disable-linger');
  });
});
