import { parseArgs } from 'node:util';
import type { DescribedFlag } from './description.ts';

export type Token = ReturnType<typeof tokensOf>[number];
export type OptionToken = Extract<Token, { readonly kind: 'option' }>;
type Positional = Extract<Token, { readonly kind: 'positional' }>;

/** The words as flags with their values and other words, in their order. What is wrong with them is for us to say, so nothing is refused. */
export function tokensOf(argv: readonly string[], flags: readonly DescribedFlag[]) {
  const options = Object.fromEntries(
    flags.map(({ name, placeholder }) => [
      name.slice(2),
      { type: placeholder === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

export function isPositional(token: Token): token is Positional {
  return token.kind === 'positional';
}

/** Whether it is there, in front of `--`. */
export function hasFlag(
  tokens: readonly Token[],
  argv: readonly string[],
  name: 'help' | 'version',
): boolean {
  return tokens.some(
    (token) =>
      token.kind === 'option' &&
      (token.rawName === `--${name}` || (name === 'help' && argv[token.index] === '-h')),
  );
}
