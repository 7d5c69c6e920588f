import type { StoreLimits } from "./folder/quota.ts";

/** Options of a store. */
export interface StoreOptions {
  /**
   * Whether each recipient has a mailbox.
   *
   * @default {false}
   */
  readonly mailboxes?: boolean;
  /**
   * Limits for messages that are copied and appended.
   *
   * @default {none}
   */
  readonly limits?: StoreLimits;
}
