import type { Feature } from '../../feature.ts';

export const completionFeature: Feature = {
  name: 'completion',
  commands: [
    {
      name: 'completion',
      summary: 'print the completion script of a shell: bash, zsh or fish',
      arguments: [{ name: 'shell', summary: 'bash, zsh or fish', required: true }],
      examples: [
        ['source <(groundmist completion bash)', 'complete in this bash'],
        ['groundmist completion fish > ~/.config/fish/completions/groundmist.fish', 'complete in every fish'],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
};
