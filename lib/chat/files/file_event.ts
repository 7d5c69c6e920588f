/** Event of a shared file. */
export interface ChatFileEvent {
  /** Kind of the event. */
  readonly action: "stored" | "deleted" | "expired";
  /** Id of the file, which its link has. */
  readonly id: string;
  /** Size in bytes. */
  readonly size: number;
  /** Name, which the client that has stored it gave. Untrusted text. */
  readonly name?: string;
  /** Address of the client that has stored or deleted it. */
  readonly peer?: string;
  /** Its nickname. */
  readonly nick?: string;
  /** Its account, if it was logged in. */
  readonly account?: string;
}
