/** Limits of a history. */
export interface HistoryLimits {
  /**
   * Messages per channel or private conversation; as many events, such as joins, are kept beside them.
   *
   * @default {10_000 in a file, 1000 in memory}
   */
  readonly lines?: number;
  /**
   * Channels and private conversations; the least recently active one is deleted first.
   *
   * @default {1000 in a file, 200 in memory}
   */
  readonly channels?: number;
  /**
   * Size in bytes. In a file, the oldest lines are deleted first; in memory, the oldest ones of the largest channel.
   *
   * @default {1_073_741_824 in a file, 67_108_864 in memory}
   */
  readonly bytes?: number;
  /**
   * Age in milliseconds; older lines are deleted.
   *
   * @default {undefined}
   */
  readonly age?: number;
}

/** Limit of read markers of an account. */
export const MAX_MARKERS = 500;
