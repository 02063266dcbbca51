const vocabulary =
  'the of and to in is that it was for on are with as his they be at one have this from or had by hot but some what there we can out other were all your when up use word how said an each she which do their time if will way about many then them would write like so these her long make thing see him two has look more day could go come did my sound no most number who over know water than call first people may down side been now find'.split(
    ' ',
  );

/** The same text of so many bytes each time for the same seed. */
export function words(sizeBytes: number, seed: number): string {
  const random = numbers(seed);
  let text = '';
  while (text.length < sizeBytes) {
    const digits = random() < 0.1 ? Math.floor(random() * 1e6).toString(36) : '';
    text += `${vocabulary[Math.floor(random() * vocabulary.length)]}${digits} `;
  }
  return text.slice(0, sizeBytes);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
