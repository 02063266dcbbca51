import { expect, test } from 'bun:test';
import { fileURLToPath } from 'node:url';

const module = fileURLToPath(new URL('../../src/platform/line-prompts.ts', import.meta.url));

/** Asks for a secret, and says of each word that it writes whether the terminal would echo an answer. */
const program = `
const { LinePrompts } = await import(${JSON.stringify(module)});
const write = process.stderr.write.bind(process.stderr);
const seen = [];
process.stderr.write = (text, ...more) => {
  if (/[A-Z]/.test(text)) seen.push(text.trim().split('\\n')[0] + ':' + process.stdin.isRaw);
  return write(text, ...more);
};
const prompts = new LinePrompts(new AbortController().signal);
const whyNot = (text) => (text === 'second' ? undefined : 'Wrong.');
await prompts.secret({ message: 'Secret?', whyNot });
process.stderr.write = write;
console.log(JSON.stringify(seen));
process.exit(0);
`;

test('a secret is asked for only once the terminal echoes nothing, and again after a wrong one', async () => {
  let shown = '';
  const answers: [question: string, answer: string][] = [
    ['Secret?', 'first\r'],
    ['Wrong.', 'second\r'],
  ];
  const child = Bun.spawn([process.execPath, '--no-env-file', '-e', program], {
    terminal: {
      data(terminal, bytes) {
        shown += new TextDecoder().decode(bytes);
        const [question, answer] = answers[0] ?? [];
        if (question === undefined || !shown.includes(question)) return;
        answers.shift();
        terminal.write(answer ?? '');
      },
    },
  });
  expect(await child.exited).toBe(0);
  child.terminal?.close();
  expect(shown).toContain('["Secret?:true","Wrong.:true"]');
  expect(shown).not.toMatch(/first|second/);
});
