/** What the child is asked; the place in the list is the kind of the frame. Each begins with a document's chunks as one. */
export const operations = ['open', 'extract', 'compact', 'check'] as const;
export type Operation = (typeof operations)[number];

/** What it answers: that it is there, that it has done it, that Automerge refuses it. */
export const answers = ['ready', 'done', 'refused'] as const;
export type Answer = (typeof answers)[number];

/** The argument that makes a child of this program; for nobody to type. */
export const childArgument = 'automerge-child';
