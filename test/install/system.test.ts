import { expect, test } from 'bun:test';
import { temporaryFolder } from '../support/folder.ts';
import { installerPath, isHere, mayMount, runInstaller } from '../support/installer.ts';
import { smallProgram, startReleaseServer } from '../support/release-server.ts';

const mounted = test.skipIf(!mayMount);

/** What a service touches of this machine, as it is and writable for one process alone. `$1` is a folder for what it writes. */
const machineOfItsOwn = `
mount -t tmpfs none "$1"
for folder in etc var/lib usr/local; do
  mkdir -p "$1/$folder/upper" "$1/$folder/work"
  mount -t overlay -o "lowerdir=/$folder,upperdir=$1/$folder/upper,workdir=$1/$folder/work" none "/$folder"
done
mount -t tmpfs none /run
mkdir -p /run/systemd/system
rm -rf /etc/groundmist /var/lib/groundmist
shift
look() { stat -c '%n %U:%G %a' "$@"; }
`;
const program = smallProgram(
  '1.0.0',
  `  'config DATA_DIR '*) echo /var/lib/groundmist ;;
  service*) [ ! -e /run/broken ] || exit 3; echo "called: $*" ;;`,
);

/** Runs lines of shell there, in which `"$@"` is the installer; gives what they printed. */
async function onMachine(lines: string): Promise<string> {
  using server = startReleaseServer();
  await server.publish('1.0.0', program);
  using folder = temporaryFolder();
  const { stdout, stderr } = await runInstaller([], {
    env: { GROUNDMIST_BASE_URL: server.url, PATH: `/usr/local/bin:/usr/sbin:${process.env['PATH']}` },
    asRoot: true,
    script: installerPath,
    before: ['unshare', '-m', 'sh', '-c', `${machineOfItsOwn}${lines}`, 'sh', folder.path],
  });
  return stdout + stderr.replaceAll(/^Downloading .*\n/gm, '');
}

const withPages = /^With it came: .*\n/gm;

mounted(
  'without settings it makes user, folders and unit, and says how it goes on; again, it changes nothing',
  async () => {
    const shown = await onMachine(`
    "$@" --system
    look /usr/local/bin/groundmist /etc/groundmist /var/lib/groundmist
    getent passwd groundmist | cut -d : -f 6,7
    chmod 750 /var/lib/groundmist; id groundmist >/run/before
    "$@" --system; look /var/lib/groundmist; id groundmist | cmp - /run/before`);
    expect(shown.replaceAll(withPages, '')).toBe(`groundmist 1.0.0 is at /usr/local/bin/groundmist
called: service install --system --prepare
Next: groundmist init --system
/usr/local/bin/groundmist root:root 755
/etc/groundmist root:root 755
/var/lib/groundmist groundmist:groundmist 700
/var/lib/groundmist:/usr/sbin/nologin
groundmist 1.0.0 is at /usr/local/bin/groundmist already
called: service install --system --prepare
Next: groundmist init --system
/var/lib/groundmist groundmist:groundmist 750
`);
  },
);

mounted('with settings it has the program install its service, and fails as that does', async () => {
  const shown = await onMachine(`
    mkdir /etc/groundmist; echo DATA_DIR=/var/lib/groundmist >/etc/groundmist/env
    "$@" --system
    touch /run/broken; "$@" --system; echo $?`);
  expect(shown.replaceAll(withPages, '')).toBe(`groundmist 1.0.0 is at /usr/local/bin/groundmist
called: service install --system
groundmist 1.0.0 is at /usr/local/bin/groundmist already
3
install.sh: The program is in place, but its service is not; why stands above.
`);
});

mounted(
  'where systemd does not run it prepares the same, and says init first and as whom to run it',
  async () => {
    const shown = await onMachine(`
    rm -r /run/systemd; "$@" --system
    mkdir -p /etc/groundmist; echo DATA_DIR=/var/lib/groundmist >/etc/groundmist/env; "$@" --system | tail -n 3`);
    expect(shown.replaceAll(withPages, '')).toBe(`groundmist 1.0.0 is at /usr/local/bin/groundmist
called: service install --system --prepare
systemd does not run here, so nothing was started.
Next: groundmist init --system
Then have what starts services here run, as the user groundmist: /usr/local/bin/groundmist serve --env-file /etc/groundmist/env
called: service install --system --prepare
systemd does not run here, so nothing was started.
Have what starts services here run, as the user groundmist: /usr/local/bin/groundmist serve --env-file /etc/groundmist/env
`);
  },
);

mounted.skipIf(!isHere('busybox'))('where adduser is that of BusyBox the user is made by that', async () => {
  const shown = await onMachine(`
    mkdir /run/tools; for tool in $(busybox --list); do ln -s "$(command -v busybox)" "/run/tools/$tool"; done
    printf '#!/bin/sh\\nexec /usr/sbin/groupadd --system "$2"\\n' >/run/tools/addgroup
    printf '#!/bin/sh\\necho "$*" >/run/asked; exec /usr/sbin/useradd --system -g groundmist groundmist\\n' >/run/tools/adduser
    chmod 755 /run/tools/addgroup /run/tools/adduser
    rm -r /run/systemd; PATH=/usr/local/bin:/run/tools "$@" --system >/dev/null; echo $?
    cat /run/asked; look /var/lib/groundmist`);
  expect(shown).toBe(`0
-S -D -H -h /var/lib/groundmist -s /usr/sbin/nologin -G groundmist groundmist
/var/lib/groundmist groundmist:groundmist 700
`);
});

mounted('a user that cannot be made leaves the machine without the program', async () => {
  const shown = await onMachine(`
    mount -o remount,ro /etc; "$@" --system; echo $?; ls /usr/local/bin/groundmist /var/lib/groundmist`);
  expect(shown).toContain('1\n');
  expect(shown).toMatch(
    /install\.sh: The user groundmist, which the service runs as, could not be made; why stands above\./,
  );
  expect(shown).toMatch(
    /cannot access '\/usr\/local\/bin\/groundmist'.*\n.*cannot access '\/var\/lib\/groundmist'/,
  );
});

mounted('uninstalling ends the service, keeps what it kept, and takes it where that is named', async () => {
  const shown = await onMachine(`
    "$@" --system >/dev/null; echo DATA_DIR=/var/lib/groundmist >/etc/groundmist/env
    mkdir -p /etc/systemd/system /var/lib/groundmist/.groundmist
    echo ExecStart=/usr/local/bin/groundmist serve >/etc/systemd/system/groundmist.service
    "$@" --uninstall --system | grep -v share; ls -d /var/lib/groundmist
    rm /etc/systemd/system/groundmist.service
    "$@" --system >/dev/null; "$@" --uninstall --system --purge | grep -v share
    "$@" --uninstall --system --purge
    ls -d /var/lib/groundmist /etc/groundmist`);
  expect(shown).toBe(`called: service uninstall --system
Removed /usr/local/bin/groundmist
Kept: the settings, /etc/groundmist/env
Kept: the documents, /var/lib/groundmist
To remove them too, run the same again with --purge /var/lib/groundmist
/var/lib/groundmist
Removed /usr/local/bin/groundmist
Removed /var/lib/groundmist
Removed /etc/groundmist/env
There is no groundmist at /usr/local/bin/groundmist
ls: cannot access '/var/lib/groundmist': No such file or directory
ls: cannot access '/etc/groundmist': No such file or directory
`);
});

mounted('a purge without settings takes the folder that the service has by itself', async () => {
  const shown = await onMachine(`
    "$@" --system >/dev/null; rmdir /etc/groundmist
    "$@" --uninstall --system --purge | grep -v share; ls -d /var/lib/groundmist`);
  expect(shown).toBe(`Removed /usr/local/bin/groundmist
Removed /var/lib/groundmist
ls: cannot access '/var/lib/groundmist': No such file or directory
`);
});

test.skipIf(process.platform !== 'linux')('a service of the machine takes root, which is said', async () => {
  const { exitCode, stderr } = await runInstaller(['--system'], { env: { HOME: '/' } });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 4,
    stderr: 'install.sh: --system needs root. Run the same again with sudo sh in the place of sh.\n',
  });
});
