import type { Migration } from '../../platform/database.ts';
import { auditTables } from '../auth/audit.ts';
import { clientNameTables } from '../auth/client-name-table.ts';
import { deviceTables } from '../auth/device.ts';
import { endedTokenTables } from '../auth/ended-token-table.ts';
import { rootDocumentTables } from '../auth/root-document.ts';
import { sessionTables } from '../auth/session-table.ts';
import { usedServiceTokenTables } from '../auth/used-service-tokens.ts';
import { approvalTables } from './approval-table.ts';
import { rememberedAppTables } from './remembered-apps.ts';

/** Everything the control database holds about who gets in. */
export const controlTables: readonly Migration[] = [
  ...deviceTables,
  ...sessionTables,
  ...endedTokenTables,
  ...rootDocumentTables,
  ...auditTables,
  ...usedServiceTokenTables,
  ...approvalTables,
  ...rememberedAppTables,
  ...clientNameTables,
];
