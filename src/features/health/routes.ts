import type { Route } from '../../platform/http.ts';

const greeting = `This is a groundmist: a personal sync server for local-first apps.
Its owner's apps find it by themselves; there is nothing to see here in a browser.
`;

export const routes: readonly Route[] = [
  { method: 'GET', path: '/', handle: () => new Response(greeting) },
  { method: 'GET', path: '/health', handle: () => Response.json({ status: 'ok' }) },
];
