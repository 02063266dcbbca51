import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { runCommandLine } from '../../../src/command-line/run.ts';
import type { Feature } from '../../../src/feature.ts';
import type { Candidate, FindCandidates } from '../../../src/command-line/offer.ts';
import { completionFeature } from '../../../src/features/completion/feature.ts';
import { InputTooLong } from '../../../src/platform/terminal.ts';
import { coreSettings } from '../../../src/settings.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { recordingTerminal } from '../../support/terminal.ts';

const load = () => Promise.resolve(async () => {});
const settings = { dataDirectory: coreSettings.dataDirectory };

/** What is answered after `line`, where `give` takes what is found and `look` a namespace. */
async function answerTo(line: string, find: FindCandidates = async () => []): Promise<readonly string[]> {
  const features: readonly Feature[] = [
    {
      name: 'test',
      commands: [
        {
          name: 'give',
          summary: '',
          arguments: [{ name: 'it', summary: '', offer: async () => find }],
          settings,
          load,
        },
        { name: 'look', summary: '', arguments: [{ name: 'namespace', summary: '' }], settings, load },
      ],
    },
    completionFeature,
  ];
  const input = line.split(' ').map((word) => `${word}\0`);
  const terminal = recordingTerminal({ input: input.join('') });
  const signal = new AbortController().signal;
  await runCommandLine(['complete'], { features, terminal, signal, version: '1' });
  expect([...terminal.notes, ...terminal.problems]).toEqual([]);
  return terminal.output().split('\n').slice(0, -1);
}

const found =
  (...candidates: readonly Candidate[]): FindCandidates =>
  async () =>
    candidates;

test('it says what kind of answer it is, then each word with what it means', async () => {
  expect(await answerTo('give ', found({ word: 'k7m2qx', summary: 'an app' }))).toEqual([
    'words',
    'k7m2qx\tan app',
  ]);
  expect(await answerTo('give --data-dir ')).toEqual(['directory']);
});

test('namespaces are those of the data directory that the line names, by flag or by env file', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('data/xyz/groundmist/library'), { recursive: true });
  writeFileSync(folder.at('data/xyz/groundmist/library/documents.sqlite'), '');
  writeFileSync(folder.at('env'), `DATA_DIR=${folder.at('data')}\n`);
  const words = ['words', 'xyz.groundmist.library\t'];
  expect(await answerTo(`look --data-dir ${folder.at('data')} `)).toEqual(words);
  expect(await answerTo(`look --data-dir=${folder.at('data')} `)).toEqual(words);
  expect(await answerTo(`--env-file ${folder.at('env')} look `)).toEqual(words);
});

test('where nothing can be found out it offers nothing, and says nothing', async () => {
  expect(await answerTo('look --data-dir /nowhere ')).toEqual(['words']);
  expect(await answerTo('look --env-file /nowhere ')).toEqual(['words']);
  const failing = () => Promise.reject(new Error('no server'));
  expect(await answerTo('give ', failing)).toEqual(['words']);
});

test('what takes too long to find is not waited for', async () => {
  expect(await answerTo('give ', () => new Promise(() => {}))).toEqual(['words']);
});

test('a word that a shell would take for more than a word is not offered, and no summary commands the terminal', async () => {
  const bad = ['$(reboot)', '`reboot`', 'a;b', 'a b', "a'b", '~root', 'a\nb', 'a&b', '*', ''];
  const candidates = [
    ...bad.map((word) => ({ word })),
    { word: 'https://app.example', summary: 'a\u001b[31m\tb\nc' },
  ];
  const escaped = await answerTo('give ', found(...candidates));
  expect(escaped).toHaveLength(2);
  expect(escaped[1]).toStartWith('https://app.example\ta');
  expect(escaped[1]).not.toContain('\u001b');
  expect(escaped[1]?.split('\t')).toHaveLength(2);
});

test('what is found is never a flag', async () => {
  expect(await answerTo('give ', found({ word: '--all' }, { word: '-rf' }, { word: 'a-b' }))).toEqual([
    'words',
    'a-b\t',
  ]);
});

test('a line longer than anybody types is not answered', async () => {
  const readInput = (limitBytes: number) => Promise.reject(new InputTooLong(limitBytes));
  const terminal = recordingTerminal({ readInput });
  await runCommandLine(['complete'], {
    features: [completionFeature],
    terminal,
    signal: new AbortController().signal,
    version: '1',
  });
  expect(terminal.output()).toBe('');
});

test('typed by hand on a terminal it waits for nothing', async () => {
  const features = [completionFeature];
  const readInput = () => new Promise<string>(() => {});
  const terminal = recordingTerminal({ isInteractive: true, readInput });
  await runCommandLine(['complete'], {
    features,
    terminal,
    signal: new AbortController().signal,
    version: '1',
  });
  expect(terminal.output()).toBe('');
});
