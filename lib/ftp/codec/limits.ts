/** Bytes that a line of a reply or of a listing may have. */
export const MAX_LINE_BYTES: number = 8 * 1024;
/** Lines that a reply may have. */
export const MAX_REPLY_LINES = 1000;
/** Bytes that a listing may have. */
export const MAX_LISTING_BYTES: number = 64 * 1024 * 1024;
/** Entries that a listing may have. */
export const MAX_LISTING_ENTRIES = 1_000_000;
/** Bytes of UTF-8 that a name in a listing may have. */
export const MAX_NAME_BYTES: number = 4 * 1024;
