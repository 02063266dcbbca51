import { describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chosenPager, pageThrough } from '../../src/platform/pager.ts';
import { OutputClosed } from '../../src/platform/terminal.ts';
import { temporaryFolder } from '../support/folder.ts';
import { recordingTerminal } from '../support/terminal.ts';

const path = process.env['PATH'];

describe('the pager', () => {
  test.each(['', ' ', 'cat', ' cat '])('is none where PAGER is %j', (pager) => {
    expect(chosenPager({ PAGER: pager, PATH: path })).toBeUndefined();
  });

  test('is what PAGER says, with its arguments, as the shell reads it', () => {
    expect(chosenPager({ PAGER: 'sh -c true', PATH: path })).toBe('sh -c true');
    expect(chosenPager({ PAGER: 'LESS=R less', PATH: path })).toBe('LESS=R less');
  });

  test('is none where the program is not there', () => {
    using folder = temporaryFolder();
    expect(chosenPager({ PAGER: 'no-such-pager -R', PATH: path })).toBeUndefined();
    expect(chosenPager({ PATH: folder.path })).toBeUndefined();
  });

  test('is less where nothing is said and it is there', () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'less'), '#!/bin/sh\n');
    chmodSync(join(folder.path, 'less'), 0o755);
    expect(chosenPager({ PATH: folder.path })).toBe('less');
  });
});

describe('results', () => {
  test('go through it, whole and in order, and talk comes when it has ended', async () => {
    using folder = temporaryFolder();
    const [output, ended] = [join(folder.path, 'output'), join(folder.path, 'ended')];
    const terminal = recordingTerminal({ environment: { PATH: path } });
    {
      await using paging = pageThrough(terminal, `cat > ${output}; touch ${ended}`);
      paging.terminal.note('before');
      expect(terminal.notes).toEqual(['before']);
      await paging.terminal.result('one');
      paging.terminal.problem('meanwhile');
      await paging.terminal.result('x'.repeat(1_000_000));
      expect(terminal.problems).toEqual([]);
    }
    expect(existsSync(ended)).toBe(true);
    expect(readFileSync(output, 'utf8')).toBe(`one\n${'x'.repeat(1_000_000)}\n`);
    expect(terminal.problems).toEqual(['meanwhile']);
    expect(terminal.output()).toBe('');
  });

  test.each(['false', 'exit 127'])(
    'come all the same where it fails before it reads any: %s',
    async (pager) => {
      const terminal = recordingTerminal({ environment: { PATH: path } });
      const long = 'x'.repeat(1_000_000);
      {
        await using paging = pageThrough(terminal, pager);
        await paging.terminal.result('one');
        await paging.terminal.result(long);
        await paging.terminal.result('two');
      }
      expect(terminal.output()).toBe(`one\n${long}\ntwo\n`);
    },
  );

  test('that are few come all the same where it fails', async () => {
    const terminal = recordingTerminal({ environment: { PATH: path } });
    {
      await using paging = pageThrough(terminal, 'exit 2');
      await paging.terminal.result('one');
    }
    expect(terminal.output()).toBe('one\n');
  });

  test('do not come twice where it has read them, whatever it ends with', async () => {
    const terminal = recordingTerminal({ environment: { PATH: path } });
    {
      await using paging = pageThrough(terminal, 'cat > /dev/null; exit 1');
      await paging.terminal.result('x'.repeat(1_000_000));
    }
    expect(terminal.output()).toBe('');
  });

  test('start none where there are none', async () => {
    using folder = temporaryFolder();
    const started = join(folder.path, 'started');
    {
      await using paging = pageThrough(recordingTerminal(), `touch ${started}`);
      paging.terminal.note('nothing');
    }
    expect(existsSync(started)).toBe(false);
  });

  test('are closed once the person has left', async () => {
    await using paging = pageThrough(
      recordingTerminal({ environment: { PATH: path } }),
      'head -n 1 > /dev/null',
    );
    const writing = (async () => {
      for (;;) await paging.terminal.result('x'.repeat(100_000));
    })();
    expect(await writing.catch((error: unknown) => error)).toBeInstanceOf(OutputClosed);
  });

  test('leave Ctrl-C to it while it runs, and no longer', async () => {
    let interrupted = 0;
    const onInterrupt = (): void => void (interrupted += 1);
    process.on('SIGINT', onInterrupt);
    try {
      {
        await using paging = pageThrough(
          recordingTerminal({ environment: { PATH: path } }),
          'cat > /dev/null',
        );
        await paging.terminal.result('one');
        process.emit('SIGINT');
        expect(interrupted).toBe(0);
      }
      process.emit('SIGINT');
      expect(interrupted).toBe(1);
    } finally {
      process.off('SIGINT', onInterrupt);
    }
  });

  test('give less the options that show colours and leave alone what fits', async () => {
    using folder = temporaryFolder();
    const output = join(folder.path, 'output');
    {
      await using paging = pageThrough(
        recordingTerminal({ environment: { PATH: path } }),
        `cat > /dev/null; printf %s "$LESS" > ${output}`,
      );
      await paging.terminal.result('one');
    }
    expect(readFileSync(output, 'utf8')).toBe('FRX');
  });
});
