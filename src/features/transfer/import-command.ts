import type { RunCommand } from '../../feature.ts';
import { importDirectory } from './import-directory.ts';

export const run: RunCommand = async (context) => {
  const directory = context.arguments['directory'];
  await importDirectory(context, directory ?? '');
};
