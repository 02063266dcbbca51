import type { RunCommand } from '../../feature.ts';
import { convertStores } from './convert.ts';
import { importDirectory } from './import-directory.ts';

/** `groundmist import [directory]` */
export const run: RunCommand = async (context) => {
  const directory = context.arguments['directory'];
  if (directory === undefined) await convertStores(context);
  else await importDirectory(context, directory);
};
