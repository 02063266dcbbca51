import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

/** Puts another program in the place of the binary, as an upgrade does; it leaves a mark where anybody starts it. */
function replaceBinary(): { readonly wasStarted: () => boolean } {
  const { path, folder } = home.binary;
  const mark = `${folder}/was-started`;
  writeFileSync(`${path}.new`, `#!/bin/sh\ntouch ${mark}\nexit 1\n`, { mode: 0o755 });
  renameSync(`${path}.new`, path);
  return { wasStarted: () => existsSync(mark) };
}

/** What runs as a child of this process, by the file it was started from and its words. */
function childrenOf(pid: number): readonly string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.map(
    (child) => `${readlinkSync(`/proc/${child}/exe`)} ${readFileSync(`/proc/${child}/cmdline`, 'utf8')}`,
  );
}

test.if(process.platform === 'linux')(
  'a server whose file was replaced has documents read by its own program, not by what lies there now',
  async () => {
    const server = await home.serve();
    const url = await home.admit();
    const { wasStarted } = replaceBinary();
    const client = await LeanClient.connect(url);
    const documentId = client.create({ written: 'after the file was replaced' });
    await eventually('it is acknowledged', () => (client.told.get(documentId)?.size ?? 0) > 0);
    await eventually('a process of the old file reads it', () =>
      childrenOf(server.pid).some((child) => /\(deleted\) .*automerge-child/.test(child)),
    );
    client.close();
    // As the server starts a backup, and that a process of its own to open documents.
    const verifying = Bun.spawn(['nice', `/proc/${server.pid}/exe`, 'verify'], {
      cwd: '/',
      env: { ...home.settings, PATH: process.env['PATH'] ?? '' },
      stderr: 'pipe',
    });
    expect(await verifying.stderr.text()).not.toContain('groundmist: ');
    expect(await verifying.exited).toBe(0);
    expect(wasStarted()).toBe(false);
    expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
  },
);
