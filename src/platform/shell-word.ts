/** `text` as one word for a POSIX shell, quoted where it must be. */
export function shellWord(text: string): string {
  return /^[\w./@%+,=:~-]+$/.test(text) && !text.startsWith('~')
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
