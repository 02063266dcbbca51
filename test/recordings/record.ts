/** Makes docs/recordings/ anew from the built binary, on a machine of its own: `bun run record` as root. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestApp } from '../support/app.ts';
import { renderCast } from './cast.ts';
import { handle, host, Machine, shownDid } from './machine.ts';
import { playCast } from './screen.ts';
import { Session } from './session.ts';
import { drawSvg } from './svg.ts';

const folder = join(import.meta.dir, '../../docs/recordings');
const enter = '\r';
const interrupt = '\u0003';

if (!Bun.argv.includes('--inside')) process.exit(await goInside());
await using machine = await Machine.create();
await recordInit();
await machine.fill();
await recordServe();
await recordInspect();

/** Into namespaces of mounts, network and host name, which end with us. */
async function goInside(): Promise<number> {
  const script = join(import.meta.dir, 'namespace.sh');
  const us = [process.execPath, '--no-env-file', import.meta.path, '--inside'];
  const child = Bun.spawn(
    ['unshare', '--mount', '--net', '--uts', '--fork', '--kill-child', 'sh', script, ...us],
    {
      // Only for the certificate that the proxy of this machine makes for itself.
      env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return await child.exited;
}

async function recordInit(): Promise<void> {
  const session = new Session(machine.place, { columns: 96, rows: 34 });
  await session.run(['groundmist', 'init'], async ({ until, type }) => {
    await until('Your handle');
    await type(handle + enter);
    await until('The public name of your server');
    await type(host + enter);
    await until('Where to keep your documents');
    await type(enter);
    await until('Shall systemd keep the server running?');
    await type(enter);
    await until('Write a Caddyfile');
    await type(enter);
    await until('Tell your apps now');
    await type(enter);
    await until('Write all of this?');
    await type(enter);
  });
  await save('init', 'groundmist init', session);
}

async function recordServe(): Promise<void> {
  const session = new Session(machine.place, { columns: 104, rows: 12 });
  const app = await TestApp.create(machine.owner);
  await session.run(['groundmist', 'serve'], async ({ until, type }) => {
    await until('Next:');
    const asking = app.authenticate(`https://${host}`, {
      namespace: 'xyz.groundmist.library',
      origin: 'https://library.example',
    });
    asking.catch(() => {}); // The server ends while it waits.
    await until('asks to sync');
    await type(interrupt);
  });
  await save('serve', 'groundmist serve', session);
}

async function recordInspect(): Promise<void> {
  const session = new Session(machine.place, { columns: 84, rows: 50 });
  await session.run(['groundmist', 'inspect']);
  await session.run(['groundmist', 'inspect', '--find', 'whale']);
  await session.run(['groundmist', 'inspect', machine.documentId('Moby-Dick')]);
  await save('inspect', 'groundmist inspect', session);
}

async function save(name: string, title: string, session: Session): Promise<void> {
  const cast = session.cast(title, settle);
  const svg = drawSvg({ title, columns: cast.columns, screens: await playCast(cast) });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.cast`), renderCast(cast));
  writeFileSync(join(folder, `${name}.svg`), svg);
  console.log(`${name}: ${cast.shown.length} events, ${(svg.length / 1024).toFixed(0)} KiB`);
}

/** What is another thing at each recording, and says nothing: the identity, times, the id of a question. */
function settle(text: string): string {
  return text
    .replaceAll(machine.owner.did, shownDid)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, '2026-11-28 19:02:29Z')
    .replaceAll(/\d\d:\d\d:\d\d\.\d{3}/g, '19:02:29.417')
    .replaceAll(/\b(approve|deny) [a-z0-9]{6}\b/g, '$1 k7m2qx');
}
