import { expect, test } from 'bun:test';
import { version } from '../../package.json' with { type: 'json' };
import { BootedMachine, whyNotBooted } from '../support/booted-machine.ts';
import { installerPath } from '../support/installer.ts';
import { fileName } from '../support/release-server.ts';
import { Binary } from './binary.ts';

const releases = 'http://127.0.0.1:8080';
const pipe = `curl -fsSL ${releases}/install.sh | GROUNDMIST_BASE_URL=${releases} sh -s --`;

test.skipIf(whyNotBooted !== undefined && !process.env['CI'])(
  'on a machine of its own: install.sh --system, init, a service that outlives a boot, uninstalled, purged',
  async () => {
    using binary = new Binary();
    await using machine = await BootedMachine.boot();
    machine.copyIn(binary.path, `/srv/releases/${version}/${fileName(version)}`);
    machine.copyIn(installerPath, '/srv/releases/install.sh');
    const serveReleases =
      'cd /srv/releases && systemd-run --quiet python3 -m http.server 8080 --bind 127.0.0.1 --directory /srv/releases && ' +
      `until curl -sf ${releases}/latest; do :; done`;
    await machine.do(
      `cd /srv/releases/${version} && sha256sum groundmist-* >SHA256SUMS && echo ${version} >../latest`,
    );
    await machine.do(serveReleases);

    expect(await machine.do(`${pipe} --system 2>/dev/null`)).toEndWith('Next: groundmist init --system');
    // The unit is there, waits for settings, and starts nothing, not even when the machine does.
    const look = 'cat /etc/systemd/system/groundmist.service && systemctl is-enabled groundmist; true';
    expect(await machine.do(look)).toMatch(/\nReadWritePaths=-\/var\/lib\/groundmist\n[^]*\ndisabled$/);
    expect(
      await machine.do('groundmist init --system --did did:plc:ewvi7nxzyoun6zhxrhs64oiz --local --yes'),
    ).toContain('Have systemd run the server, now and with the machine, as the user groundmist:');
    // What init says to type, and what an upgrade does by itself.
    await machine.do(`${pipe} --system`);
    expect(await machine.do('systemctl is-active groundmist && curl -s http://127.0.0.1:3031/health')).toBe(
      'active\n{"status":"ok"}',
    );
    expect(await machine.do('stat -c "%U %a" /etc/groundmist/env /var/lib/groundmist')).toBe(
      'groundmist 600\ngroundmist 700',
    );

    await machine.reboot();
    await machine.do('until curl -sf http://127.0.0.1:3031/health; do :; done');
    await machine.do(serveReleases);
    expect(await machine.do(`${pipe} --uninstall --system`)).toContain(
      'Kept: the documents, /var/lib/groundmist',
    );
    expect((await machine.run('systemctl is-active groundmist')).stdout).toBe('inactive\n');
    await machine.do(`${pipe} --system && systemctl is-active groundmist`);
    expect(await machine.do(`${pipe} --uninstall --system --purge 2>/dev/null`)).toEndWith(
      'Removed /var/lib/groundmist\nRemoved /etc/groundmist/env\nRemoved /etc/groundmist/groundmist.service',
    );
    expect((await machine.run('ls -d /var/lib/groundmist /etc/groundmist')).stdout).toBe('');
  },
  120_000,
);
