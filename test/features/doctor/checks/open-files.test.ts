import { expect, test } from 'bun:test';
import { judgeLimit, openFiles } from '../../../../src/features/doctor/checks/open-files.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { AnsweringServer } from '../answering-server.ts';
import { findOne } from '../context.ts';

test.each([
  [Infinity, 10, 'ok'],
  [8192, undefined, 'ok'],
  [8192, 7000, 'warning'],
  [1000, 10, 'warning'],
  [255, 10, 'problem'],
] as const)('a limit of %p with %p open is %s', (limit, open, kind) => {
  expect(judgeLimit('The server', limit, open).kind).toBe(kind);
});

test.if(process.platform === 'linux')(
  'that of the server that runs is looked at, else that of this shell',
  async () => {
    using folder = temporaryFolder();
    const given = { environment: { DATA_DIR: folder.path } };
    expect((await findOne(openFiles, given)).cause).toStartWith(
      'A server that is started from here may have ',
    );
    await using _server = new AnsweringServer(folder.path);
    expect((await findOne(openFiles, given)).cause).toMatch(/^The server may have .* open, and has \d+/);
  },
);
