/** Topic or mask, with its author. */
export interface Setting {
  /** Topic or mask. */
  readonly text: string;
  /** Source that set it. */
  readonly by: string;
  /** Time in seconds since 1970. */
  readonly at: number;
}
