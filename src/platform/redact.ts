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
      ...[0, 1, 2].flatMap((offset) => base64Forms(bytes, offset)),
    ]),
  ];
}

/** In JSON, and in JSON that stands in JSON. */
function jsonForms(secret: string): readonly string[] {
  const once = JSON.stringify(secret).slice(1, -1);
  return [once, JSON.stringify(once).slice(1, -1)];
}

/** The characters that stand for these bytes alone, where so many others are in front of them. */
function base64Forms(bytes: Buffer, offset: number): readonly string[] {
  const bits = (offset + bytes.length) * 8;
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor(bits / 6)];
  return [whole.toString('base64').slice(from, to), whole.toString('base64url').slice(from, to)];
}

/** Secrets by their shape alone: nothing else looks like this. */
const shapes: readonly RegExp[] = [
  // A sync token.
  /gms_[\w-]+/gi,
  // RFC 7519: `{"` in base64url, and the parts that follow.
  /eyJ[\w-]{6,}(?:\.[\w-]*)*/g,
  /AGE-SECRET-KEY-[\w-]+/gi,
  // RFC 7468, also where its lines are those of JSON, or where its end is cut off.
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:(?!-----END)[^"])*(?:-----END [A-Z0-9 ]*-----)?/g,
];

const secretNames =
  'authorization|proxy-authorization|dpop|cookie|set-cookie|password|passphrase|token|sync_?token|access_?token|refresh_?token|id_token|access_?jwt|refresh_?jwt|service_?auth|secret|secret_?key|client_secret|private_?key|identities|client_assertion|code_verifier|code_challenge|d|k';
const namesSecret = new RegExp(`^(?:${secretNames})$`, 'i');

/** Secrets by what stands in front of them; the first group stays. */
const named: readonly RegExp[] = [
  /([?&;](?:token|code|state|secret|[a-z_]*(?:token|secret|password|assertion|verifier))=)[^&;\s"'<>\\]+/gi,
  /(\b(?:access_token|refresh_token|id_token|token|password|passphrase|client_assertion|code_verifier)=)[^&;\s"'<>\\]+/gi,
  new RegExp(`(\\\\?"(?:${secretNames})\\\\?"\\s*:\\s*\\\\?")(?:[^"\\\\]|\\\\(?!")[^])+`, 'gi'),
  /(\b(?:proxy-)?(?:authorization|dpop|cookie|set-cookie): *)[^\r\n"]+/gi,
  /(\b(?:Bearer|DPoP|Basic) +)[\w.~+/=-]{16,}/gi,
  // What leads to a pairing, or to a probe of `doctor`.
  /(\/(?:pair|probes?)\/)[\w-]{8,}/g,
];

/** As the reference PDS makes them: app passwords, and what OAuth issues. */
const issued: readonly RegExp[] = [
  /\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b/g,
  /\b(?:ref|cod|tok|req)-[0-9a-f]{32,}\b/g,
];

/** `text` without what was hidden and what cannot be anything but a secret; URLs stay usable, for a person is to open them. */
export function redactKnown(text: string): string {
  const rest = knownForms === undefined ? text : text.replace(knownForms, hidden);
  return shapes.reduce((kept, shape) => kept.replace(shape, hidden), rest);
}

/** `text` also without what looks like a secret of ours or of the owner's PDS, by its shape or by its name. */
export function redact(text: string): string {
  const rest = named.reduce((kept, pattern) => kept.replace(pattern, `$1${hidden}`), redactKnown(text));
  return issued.reduce((kept, pattern) => kept.replace(pattern, hidden), rest);
}

/** Whether what has this name is a secret whatever it looks like. */
export function isSecretName(name: string): boolean {
  return namesSecret.test(name);
}
