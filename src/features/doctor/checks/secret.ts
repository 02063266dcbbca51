import { coreSettings } from '../../../settings.ts';
import { findText } from '../../../platform/config.ts';
import { findingsOf, type Check } from '../finding.ts';

const name = 'secret';
const { ok, warning } = findingsOf(name);
const needs = { secretKey: coreSettings.secretKey };

/** 32 random bytes have fewer once in billions of times. */
const leastDistinct = 16;

/** Whether the secret looks like one that nobody could guess. */
export const secret: Check = {
  name,
  needs,
  async find({ configuration }) {
    const { secretKey } = configuration.read(needs);
    if (looksRandom(secretKey)) return [ok('The secret is long, and looks random.')];
    const { origin } = findText(needs.secretKey, configuration.sources);
    const place = origin.kind === 'file' ? origin.path : 'the environment';
    return [
      warning(
        `${needs.secretKey.env} repeats itself, like an example: who guesses it can pretend to be your server.`,
        `Put what \`openssl rand -hex 32\` prints in its place in ${place}, restart the server, and run \`groundmist publish\` once more, for its public key is another one then.`,
      ),
    ];
  },
};

/** Few different bytes are a pattern; few different steps between them are counting. */
export function looksRandom(hex: string): boolean {
  const bytes = [...Buffer.from(hex, 'hex')];
  const steps = bytes.slice(1).map((byte, index) => (byte - (bytes[index] ?? 0) + 256) % 256);
  return [bytes, steps].every((values) => new Set(values).size >= leastDistinct);
}
