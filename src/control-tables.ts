import { controlMigrations } from './core/control-migrations.ts';
import type { CommandContext } from './feature.ts';
import type { Migration } from './platform/database.ts';

/** All that a control database may have in it: core's own tables and those of features. */
export function controlTablesOf({ features }: CommandContext): readonly Migration[] {
  return [...controlMigrations, ...features.flatMap(({ tables }) => tables ?? [])];
}
