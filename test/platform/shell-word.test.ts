import { expect, test } from 'bun:test';
import { shellWord } from '../../src/platform/shell-word.ts';

test.each(['/srv/mist', "it's", '$(reboot)', '~root', 'a b', '', '*', '-n', 'two\nlines', '\\'])(
  '%j reaches a program as it is',
  (word) => {
    const { stdout } = Bun.spawnSync(['sh', '-c', `printf '%s' ${shellWord(word)}`]);
    expect(stdout.toString()).toBe(word);
  },
);
