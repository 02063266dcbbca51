import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { measureDisk, sampleProcess } from './sample.ts';

test.if(process.platform === 'linux')('connections are told from all else that is open', async () => {
  using server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const look = () => sampleProcess({ pid: process.pid, port: server.port }, 1);
  const before = look();
  expect(before).toMatchObject({ at: 1, connections: 0 });
  const client = connect(server.port, '127.0.0.1');
  const during = await eventually('it is connected', () => look()?.connections === 1 && look());
  // The client's end.
  expect(during.files).toBe((before?.files ?? 0) + 1);
  client.destroy();
  await eventually('it is closed', () => look()?.connections === 0);
  expect(sampleProcess({ pid: 2 ** 30, port: server.port }, 1)).toBeUndefined();
});

test('an empty folder is no file that was left', () => {
  using folder = temporaryFolder();
  const namespace = join(folder.path, '.groundmist/tmp/xyz.groundmist.library');
  mkdirSync(namespace, { recursive: true });
  for (const name of ['a.sqlite', 'a.sqlite-wal', 'b.sqlite-wal', 'a.sqlite-tail'])
    writeFileSync(join(folder.path, name), name);
  expect(measureDisk(folder.path)).toEqual({
    totalBytes: 45,
    logsBytes: 24,
    logBytes: 12,
    tailBytes: 13,
    temporary: 0,
  });
  writeFileSync(join(namespace, 'left'), '');
  expect(measureDisk(folder.path).temporary).toBe(1);
});
