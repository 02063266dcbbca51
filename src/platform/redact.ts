import { looks, shapes, type Hiding } from './secret-shapes.ts';

const hidden = '[hidden]';
/** Shorter ones would hide half of every sentence. */
const leastSecretLength = 6;
const mostKnown = 64;

/** What this process was given to keep: settings, and what was typed. What is printed anywhere, in a crash too, must know it. */
const known = new Set<string>();
let knownForms: RegExp | undefined;

/** From here on `secret` is hidden in what `redact` is given, however it is written there. */
export function hide(secret: string): void {
  if (secret.length < leastSecretLength || known.has(secret)) return;
  known.add(secret);
  if (known.size > mostKnown) known.delete([...known][0] ?? '');
  const forms = [...known].flatMap(formsOf).toSorted((one, other) => other.length - one.length);
  knownForms = new RegExp(forms.map((form) => RegExp.escape(form)).join('|'), 'gi');
}

/** The secrets that a process finds in its environment, whoever reads them there. */
export function hideEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(environment)) {
    if (/(?:SECRET|PASSWORD|PASSPHRASE|TOKEN|SECRET_KEY|PRIVATE_KEY)$/.test(name)) hide(value);
  }
}

/** As it is, and as it may stand in a URL, in JSON, in hex, and somewhere in Base64. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret.toWellFormed()),
      new URLSearchParams({ secret }).toString().slice('secret='.length),
      ...jsonForms(secret),
      bytes.toString('hex'),
      ...[bytes, ...rawBytes(secret)].flatMap((one) =>
        [0, 1, 2].flatMap((offset) => base64Forms(one, offset)),
      ),
    ]),
  ];
}

/** Of a key in hex. */
function rawBytes(secret: string): readonly Buffer[] {
  return /^(?:[0-9a-f]{2}){16,}$/i.test(secret) ? [Buffer.from(secret, 'hex')] : [];
}

/** In JSON, and in JSON that stands in JSON. */
function jsonForms(secret: string): readonly string[] {
  const once = JSON.stringify(secret).slice(1, -1);
  const twice = JSON.stringify(once).slice(1, -1);
  return [once, twice, JSON.stringify(twice).slice(1, -1)];
}

/** The characters that stand for these bytes alone, where so many others are in front of them. */
function base64Forms(bytes: Buffer, offset: number): readonly string[] {
  const bits = (offset + bytes.length) * 8;
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor(bits / 6)];
  return [whole.toString('base64').slice(from, to), whole.toString('base64url').slice(from, to)];
}

/** Between the lines of what was broken over several, as Base64 is in mails, in JSON and as a program shows it. */
const lineBreak = /(?:(?:\\{1,15}r|\r)?(?:\\{1,15}n|\n)['"]?[ \t]*\+?[ \t]*['"]?|['"] *\+\s*['"])+/g;

/** `text` without what is known where it stands on more lines than one. */
function redactBroken(text: string): string {
  if (knownForms === undefined) return text;
  const breaks = [...text.matchAll(lineBreak)];
  if (breaks.length === 0) return text;
  // Where each piece begins in the text, and in what it is without its breaks.
  const pieces = [{ at: 0, joinedAt: 0 }];
  let joined = '';
  let from = 0;
  for (const { 0: gap, index } of breaks) {
    joined += text.slice(from, index);
    from = index + gap.length;
    pieces.push({ at: from, joinedAt: joined.length });
  }
  joined += text.slice(from);
  const placeOf = (position: number): number => {
    const piece = pieces.findLast(({ joinedAt }) => joinedAt <= position) ?? { at: 0, joinedAt: 0 };
    return piece.at + position - piece.joinedAt;
  };
  let rest = '';
  let end = 0;
  for (const { 0: found, index } of joined.matchAll(knownForms)) {
    rest += `${text.slice(end, placeOf(index))}${hidden}`;
    end = placeOf(index + found.length - 1) + 1;
  }
  return rest + text.slice(end);
}

/** `text` without what was hidden and what cannot be anything but a secret; URLs stay usable, for a person is to open them. */
export function redactKnown(text: string): string {
  return replaceAll(redactBroken(text), [
    ...(knownForms === undefined ? [] : [{ pattern: knownForms, by: hidden }]),
    ...shapes,
  ]);
}

/** `text` also without what looks like a secret of ours or of the owner's PDS, by its shape or by its name. */
export function redact(text: string): string {
  return replaceAll(redactKnown(text), looks);
}

/** A secret key of ours, among others: in a log it may be the hash of a change, in a setting that is wrong it is a key in the wrong place. */
const longHex = /[0-9a-f]{64,}/gi;

/** What may be a secret key in the value of a setting that is none for it: hidden from here on, wherever it is said. */
export function hideMisplaced(text: string): void {
  for (const [key] of text.matchAll(longHex)) hide(key);
}

/** The value of a setting as it may be repeated where it is wrong. */
export function redactValue(text: string): string {
  return redact(text).replace(longHex, hidden);
}

/** What is said of the value `text` of a setting that is wrong; sentences quote parts of it, and may cut them. */
export function redactSaidOf(text: string, sentence: string): string {
  const keys = (text.match(longHex) ?? []).map((key) => key.toLowerCase());
  const isPart = (part: string): boolean => keys.some((key) => key.includes(part.toLowerCase()));
  return redactValue(sentence).replace(/[0-9a-f]{6,}/gi, (part) => (isPart(part) ? hidden : part));
}

/** Text with more in it than is ever shown: what is at its end may be half a secret, which nobody recognises. */
export function redactBeginning(text: string, length: number): string {
  if (text.length <= length) return redact(text);
  return redact(text.slice(0, length)).slice(0, -longestSecret);
}

/** Of what is known by itself; what stands behind its name is recognised however it ends. */
const longestSecret = 8 * 1024;

function replaceAll(text: string, hidings: readonly Hiding[]): string {
  return hidings.reduce((kept, { pattern, by }) => kept.replace(pattern, by), text);
}
