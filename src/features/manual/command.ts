import type { RunCommand } from '../../feature.ts';
import { version } from '../../platform/version.ts';
import { manualPage } from './page.ts';

export const run: RunCommand = async ({ features, terminal }) => {
  if (terminal.isOutputShown)
    terminal.note('This is roff; `groundmist manual | man -l -` shows it as a page.\n');
  await terminal.result(manualPage(features, version));
};
