/** What the owner lets a device do with the documents of one namespace. */
export type Permission = 'read' | 'read-write';
