const namesIt = /^(?:-[ugo]|--tag)$/;

/** The words of each `groundmist` in a line of shell, without what stands before and after it there. */
export function commandsIn(line: string): readonly (readonly string[])[] {
  const words = [...line.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word.replace(/^"(.*)"$/, '$1'));
  const ends = /^(?:[|>;&]|.*\)$)/;
  return words.flatMap((word, index) => {
    if (!/^(?:<\()?groundmist$/.test(word)) return [];
    // The user, the image and the service of that name: `sudo -u groundmist groundmist doctor`, `systemctl restart groundmist`.
    if (namesIt.test(words[index - 1] ?? '') || words.slice(0, index).includes('systemctl')) return [];
    // The container of that name: `docker compose exec groundmist groundmist doctor`.
    if (words[index + 1] === 'groundmist') return [];
    const rest = words.slice(index + 1);
    const end = rest.findIndex((one) => ends.test(one) || one === '<');
    const own = end === -1 ? rest : rest.slice(0, end + (rest[end]?.endsWith(')') ? 1 : 0));
    return [own.map((one) => one.replace(/\)$/, ''))];
  });
}
