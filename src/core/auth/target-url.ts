const absoluteUrl = /^https?:\/\/[^/?#@\\\s]+(\/[^?#\\\s]*)$/i;

/**
 * Whether a proof's `htu` names our URL (RFC 9449 §4.3): scheme and host compared after
 * normalisation (case, default port), the path as it stands. RFC 9449 §4.2 has no query and no
 * fragment in the claim, so one that has them is not ours; nor is one with userinfo, a backslash
 * or dot segments, though a URL parser would lead it here.
 */
export function isTargetUrl(claim: string, expected: URL): boolean {
  const path = absoluteUrl.exec(claim)?.[1];
  return path === expected.pathname && URL.canParse(claim) && new URL(claim).origin === expected.origin;
}
