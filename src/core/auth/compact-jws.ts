const compactForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * Whether a text is a JWS in its compact form, with a signature (RFC 7515 §3.1). Libraries are lenient here, each in its
 * way: they pass over blanks and line breaks, which in a header are something else.
 */
export function isCompactJws(text: string): boolean {
  return compactForm.test(text);
}
