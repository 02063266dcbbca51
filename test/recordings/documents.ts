type Content = Readonly<Record<string, unknown>>;

/** What alice has: some documents of three apps. */
export const shelves: Readonly<Record<string, readonly Content[]>> = {
  'xyz.groundmist.library': [
    {
      $type: 'xyz.groundmist.library.book',
      title: 'Moby-Dick; or, The Whale',
      author: 'Herman Melville',
      read: true,
      notes: ['the great white whale', 'chapter 32, on the classification of whales'],
      rating: 5,
    },
    {
      $type: 'xyz.groundmist.library.book',
      title: 'The Dispossessed',
      author: 'Ursula K. Le Guin',
      read: true,
    },
    {
      $type: 'xyz.groundmist.library.book',
      title: 'Pippi Longstocking',
      author: 'Astrid Lindgren',
      read: false,
    },
    { $type: 'xyz.groundmist.library.shelf', title: 'To read this winter', books: ['Pippi Longstocking'] },
  ],
  'org.example.garden': [
    { $type: 'org.example.garden.bed', title: 'Tomatoes by the wall', sown: '2026-03-14' },
    { $type: 'org.example.garden.bed', title: 'Herbs', sown: '2026-04-02' },
  ],
  'net.example.journal': [
    { $type: 'net.example.journal.day', title: 'A quiet day, and rain', text: 'We stayed in and read.' },
  ],
};
