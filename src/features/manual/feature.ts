import type { Feature } from '../../feature.ts';

/** All that help says and more, for who has only the binary. */
export const manualFeature: Feature = {
  name: 'manual',
  commands: [
    {
      name: 'manual',
      summary: 'print the man page, in roff',
      examples: [
        ['groundmist manual | man -l -', 'read it'],
        ['groundmist manual | mandoc | less', 'read it where man has no -l, as on macOS'],
        [
          'groundmist manual > ~/.local/share/man/man1/groundmist.1',
          'from then on `man groundmist` finds it',
        ],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
};
