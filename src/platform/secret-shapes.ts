/** What is put in place of what `pattern` finds; `$1` and the like stay. */
export interface Hiding {
  readonly pattern: RegExp;
  readonly by: string;
}

const hidden = '[hidden]';

function hiding(pattern: RegExp, by = hidden): Hiding {
  return { pattern, by };
}

/** Secrets by their shape alone: nothing else looks like this. */
export const shapes: readonly Hiding[] = [
  // A sync token.
  hiding(/gms_[\w-]+/gi),
  // RFC 7519: `{` and white space in base64url, which only tells something with all three parts; `{"`, which tells by itself.
  hiding(/\be[wy][\w-]{8,2000}\.[\w-]{4,}\.[\w-]*/g),
  hiding(/eyJ[\w-]{6,}(?:\.[\w-]*)*/g),
  hiding(/AGE-SECRET-KEY-[\w-]+/gi),
  // RFC 7468, also where its lines are those of JSON, or where its end is cut off.
  hiding(/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:(?!-----END)[^"])*(?:-----END [A-Z0-9 ]*-----)?/g),
  // The same in Base64: `-----BEGIN`.
  hiding(/LS0tLS1CRUdJTi[\w+/-]*=*/g),
  // RFC 3986 §3.2.1: who one is at a host.
  hiding(/(:\/\/)[^\s/?#"'<>\\]+(?=@)/g, `$1${hidden}`),
];

const secretNames =
  '[a-z_-]{0,32}(?:password|passphrase|secret|token|jwt)|(?:[a-z]{1,16}[_-]?)?api[_-]?key|(?:[a-z_]{1,24}_)?(?:secret|private)[_-]?key|(?:proxy-)?authorization|dpop|(?:set-)?cookie|service_?auth|identities|client_assertion|code_verifier|code_challenge|d|k';
const namesSecret = new RegExp(`^(?:${secretNames})$`, 'i');
const headers = '(?:proxy-)?authorization|dpop|(?:set-)?cookie|x-api-key';

/** A quote, behind as many backslashes as it has where JSON stands in JSON. */
const quote = String.raw`(?<!\\)(\\{0,15}["'])`;
/** Up to the quote that is written like the one of the group `number`. */
const upTo = (number: number): string => `(?:(?!\\${number})(?:\\\\+[^]|[^\\\\]))+`;

/** Secrets by what stands in front of them. */
const named: readonly Hiding[] = [
  // In a query or a fragment, also of a URL that stands in a URL.
  hiding(
    /((?:[?&;#]|%(?:25)*(?:3f|26|3b|23))(?:code|state|[a-z_-]*(?:token|secret|password|assertion|verifier))(?:=|%(?:25)*3d))[^&;\s"'<>\\]+/gi,
    `$1${hidden}`,
  ),
  // In a form, or a line of an env file, wherever it begins.
  hiding(
    /(\b\w{0,200}(?:token|password|passphrase|secret|secret_key|private_key|api_key|client_assertion|code_verifier)[ \t]*=[ \t]*)(?:"[^"]*"?|'[^']*'?|[^&;\s"'<>\\]+)/gi,
    `$1${hidden}`,
  ),
  // In JSON, however often it was put into JSON, one or a list.
  hiding(
    new RegExp(String.raw`(${quote}(?:${secretNames})\2\s*:\s*(\\{0,15}["']))${upTo(3)}`, 'gi'),
    `$1${hidden}`,
  ),
  hiding(new RegExp(String.raw`(${quote}(?:${secretNames})\2\s*:\s*\[)[^\]]+`, 'gi'), `$1${hidden}`),
  // As a program shows its objects.
  hiding(new RegExp(String.raw`(\b(?:${secretNames}): *(["'${'`'}]))${upTo(2)}`, 'gi'), `$1${hidden}`),
  // Headers, in lines and in pairs.
  hiding(
    new RegExp(String.raw`(${quote}(?:${headers})\2\s*,\s*(\\{0,15}["']))${upTo(3)}`, 'gi'),
    `$1${hidden}`,
  ),
  hiding(/(\b(?:proxy-)?(?:authorization|dpop|cookie|set-cookie|x-api-key): *)[^\r\n"']+/gi, `$1${hidden}`),
  hiding(/(\b(?:Bearer|DPoP|Basic) +)[\w.~+/=-]{16,}/gi, `$1${hidden}`),
  // What leads to a pairing, or to a probe of `doctor`.
  hiding(/(\/(?:pair|probes?)\/)[\w-]{8,}/g, `$1${hidden}`),
];

/** As the reference PDS makes them: app passwords, and what OAuth issues. */
const issued: readonly Hiding[] = [
  hiding(/\b[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b/g),
  hiding(/\b(?:ref|cod|tok|req)-[0-9a-f]{32,}\b/g),
];

export const looks: readonly Hiding[] = [...named, ...issued];

/** Whether what has this name is a secret whatever it looks like. */
export function isSecretName(name: string): boolean {
  return namesSecret.test(name);
}
