import type { Core } from '../../core/core.ts';
import type { Contribution } from '../../feature.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { controlRoutes } from './controls.ts';

export function contribute(core: Core): Contribution {
  return {
    controls: controlRoutes(core.access),
    on: {
      approvalRequested({ id, namespace, app }) {
        core.log.warn(
          'An app that says it is {app} asks to sync {namespace}. Let it in: groundmist app approve {id}, or refuse it: groundmist app deny {id}',
          { app: escapeUnprintable(app) || 'nobody', namespace, id },
        );
      },
    },
  };
}
