import type { Feature } from '../../feature.ts';

/** The scripts are small: they ask the binary at each Tab, so they never fall behind it. */
export const completionFeature: Feature = {
  name: 'completion',
  commands: [
    {
      name: 'completion',
      summary: 'print what has your shell complete commands, flags and ids: bash, zsh or fish',
      arguments: [
        { name: 'shell', summary: 'bash, zsh or fish', required: true, choices: ['bash', 'zsh', 'fish'] },
      ],
      examples: [
        ['source <(groundmist completion bash)', 'in this bash; put the line into ~/.bashrc for every one'],
        [
          'groundmist completion bash > ~/.local/share/bash-completion/completions/groundmist',
          'in every new bash that has bash-completion, and quicker to start',
        ],
        [
          'source <(groundmist completion zsh)',
          'in this zsh; put the line into ~/.zshrc, below compinit, for every one',
        ],
        ['groundmist completion zsh > "${fpath[1]}/_groundmist"', 'in every new zsh, and quicker to start'],
        ['groundmist completion fish > ~/.config/fish/completions/groundmist.fish', 'in every fish, at once'],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
    {
      name: 'complete',
      summary: 'what the completion scripts ask',
      hidden: true,
      load: () => import('./complete-command.ts').then((module) => module.run),
    },
  ],
};
