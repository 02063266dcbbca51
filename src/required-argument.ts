import { Failure } from './core/failure.ts';
import type { CommandContext } from './feature.ts';

/** An argument that the command line made sure of. */
export function requiredArgument(
  { arguments: given }: Pick<CommandContext, 'arguments'>,
  name: string,
): string {
  const value = given[name];
  if (value === undefined) throw new Failure('Usage', `The ${name} is missing.`);
  return value;
}
