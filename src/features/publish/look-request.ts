import { z } from 'zod';

/** What `publish` sends to the running server. */
export const lookRequest = z.object({
  /** The owner has taken the record away. */
  isRemoved: z.boolean(),
});

export type LookRequest = z.output<typeof lookRequest>;
