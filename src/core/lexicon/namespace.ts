import { Failure } from '../failure.ts';

declare const namespaceBrand: unique symbol;

/** The lexicon authority path an app syncs under: 2–10 lower-case labels, `xyz.groundmist.library`. */
export type Namespace = string & { readonly [namespaceBrand]: true };

const maxLength = 253;
const maxLabels = 10;
/** One label of a domain authority (https://atproto.com/specs/nsid), lower case only: one name, one folder. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const startsWithDigit = /^[0-9]/;

/** Why `text` is not a namespace, as the rest of a sentence, or undefined where it is one. */
export function whyNotNamespace(text: string): string | undefined {
  if (text.length > maxLength) return `it has ${text.length} characters and may have ${maxLength}`;
  const lower = text.toLowerCase();
  if (text !== lower && isNamespace(lower)) return `it has capitals; write it as "${lower}"`;
  const labels = text.split('.');
  if (labels.length < 2) return 'it needs two labels at least, like "xyz.groundmist"';
  if (labels.length > maxLabels) return `it has ${labels.length} labels and may have ${maxLabels}`;
  const bad = labels.find((one) => !label.test(one));
  if (bad !== undefined) {
    return `the label "${bad.slice(0, 70)}" is not 1–63 of a-z, 0-9 and "-", with no "-" at its ends`;
  }
  if (startsWithDigit.test(text)) return 'its first label starts with a digit';
  return undefined;
}

export function isNamespace(text: string): text is Namespace {
  return whyNotNamespace(text) === undefined;
}

/** The namespace that `text` is, or an `InvalidRequest` that says what is wrong with it. */
export function parseNamespace(text: string): Namespace {
  if (isNamespace(text)) return text;
  throw new Failure(
    'InvalidRequest',
    `"${text.slice(0, 80)}" is not a lexicon authority: ${whyNotNamespace(text)}.`,
  );
}

/** The folders of a namespace below the data directory: `['xyz', 'groundmist', 'library']`. */
export function namespaceFolders(namespace: Namespace): readonly string[] {
  return namespace.split('.');
}
