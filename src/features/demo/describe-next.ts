import type { Program } from './program.ts';

/** What to try while it runs, and after, as lines to type. */
export function describeNext({ name, dataDirectory }: Program): string {
  return [
    '',
    'Look around, in another terminal:',
    `  ${name} inspect --data-dir ${dataDirectory}`,
    `  ${name} inspect --data-dir ${dataDirectory} --dump com.whtwnd.blog`,
    `  ${name} app list --data-dir ${dataDirectory}`,
    'A server of your own:',
    `  ${name} init`,
    `  ${name} serve`,
    `  ${name} publish sync.example.com`,
  ].join('\n');
}
