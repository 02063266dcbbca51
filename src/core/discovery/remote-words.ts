const maxQuoted = 200;

/** The words of a remote server as one harmless line, without a full stop at its end. */
export function quoteRemote(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, maxQuoted)
    .replace(/\.$/, '');
}
