// node oauth-person.mjs
// A person with a browser of their own at the PDS's OAuth pages, for the parent process.
import { converse } from './conversation.mjs';
import { decide, listSessions } from './oauth-consent.mjs';

converse({ decide, listSessions });
