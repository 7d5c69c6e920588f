/** Positions in the history that belong to one message of the log, unless it needs more. */
export const PLACES_PER_MESSAGE = 4096;
