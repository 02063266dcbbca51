import type { Core } from '../../core/core.ts';
import type { Events } from '../../core/events.ts';
import type { Contribution } from '../../feature.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { controlRoutes } from './controls.ts';

export function contribute(core: Core): Contribution {
  return {
    controls: controlRoutes(core.access),
    on: {
      approvalRequested: (event) => core.log.warn(asTemplate(announce(event)), { ...event }),
    },
  };
}

/** What the owner can do about a new approval, ready to be pasted. */
export function announce({ id, namespace, app }: Events['approvalRequested']): string {
  const name = app === '' ? 'An app without a name' : `An app that says it is ${escapeUnprintable(app)}`;
  return `${name} asks to sync ${namespace}. Let it in: groundmist app approve ${id}   Refuse it: groundmist app deny ${id}`;
}

/** An app may have braces in its name, and to the log they would be placeholders. */
function asTemplate(text: string): string {
  return text.replaceAll('{', '{{').replaceAll('}', '}}');
}
