/** RFC 7468, and the same in Base64. */
const inPem = /-----BEGIN |LS0tLS1CRUdJTi/;
/** The sequences that keys and certificates are in DER, in Base64 and in hex. */
const inBase64 = /^M(?:I[GHI]|[A-H][A-Za-z0-9+/]CAQ)[\w+/-]{36,}=*$/;
const inHex = /^30(?:8[12]|[2-7][0-9a-f]0201)[0-9a-f]{60,}$/i;

/** Whether this text is a key or a certificate itself, where the name of its file belongs. */
export function looksLikeKey(text: string): boolean {
  const bare = text.replaceAll(/\s|\\[nr]/g, '');
  // As bytes that were read as text.
  const isBytes = text.startsWith('0') && /[\u0080-\u009f\ufffd]/.test(text);
  return inPem.test(text) || inBase64.test(bare) || inHex.test(bare) || isBytes;
}
