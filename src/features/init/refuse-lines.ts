import { Failure } from '../../core/failure.ts';
import { coreSettings } from '../../settings.ts';
import type { Before } from './env-place.ts';

const ownNames = Object.values(coreSettings).map((setting) => setting.env);

/** A line of ours that cannot be read may be the secret with a quote too many: another one below it would win. */
export function refuseUnreadable({ entries, envFile }: Before): void {
  for (const entry of entries) {
    if (entry.kind !== 'unreadable' || !ownNames.some((name) => entry.text.includes(name))) continue;
    throw new Failure('Usage', `Line ${entry.line} of ${envFile} is not NAME=value. Correct or remove it.`);
  }
}

/** A quote that is never closed where it should be makes a line of ours part of another value: a new secret would take its place. */
export function refuseSwallowed({ entries, envFile }: Before): void {
  for (const entry of entries) {
    if (entry.kind !== 'value') continue;
    const swallowed = entry.text.split('\n').slice(1);
    const name = ownNames.find((own) => swallowed.some((line) => beginsWith(line, own)));
    if (name === undefined) continue;
    throw new Failure(
      'Usage',
      `In ${envFile} the line of ${name} is inside the value of ${entry.name}: a quote is missing there. Close it, then run init again.`,
    );
  }
}

function beginsWith(line: string, name: string): boolean {
  const words = line.trimStart().replace(/^export\s+/, '');
  return words.startsWith(name) && /^\s*=/.test(words.slice(name.length));
}
