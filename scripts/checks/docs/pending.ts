/** Number of known gaps in the documentation of each room; a room that is not listed has none. */
export const PENDING: Readonly<Record<string, number>> = {};
