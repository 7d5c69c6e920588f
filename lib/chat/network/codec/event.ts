import type { SharedFact, UsedInvitation } from "../../server/shared_fact.ts";

/** Client as its own server introduces it to the others. */
export interface MemberIdentity {
  /** Nickname. */
  readonly nick: string;
  /** User name. */
  readonly user: string;
  /** Real name. */
  readonly realname: string;
  /** Address as it is shown in masks. */
  readonly host: string;
  /** Whether it is connected over TLS. */
  readonly secure: boolean;
  /** Time of connection, in seconds since 1970. */
  readonly since: number;
  /** Account, if it is logged in. */
  readonly account?: string;
  /** Away message. */
  readonly away?: string;
  /** Requested capabilities: commands depend on them. */
  readonly capabilities: readonly string[];
}

/** Event of a network, in the order in which all servers apply it. */
export type NetworkEvent =
  /** A server has started; its other events count from here on. */
  | { readonly kind: "hello"; readonly name: string }
  /**
   * A client asks to enter with a nickname: the first one in the log has it. One that was invited has to find its
   * invitation valid.
   */
  | {
    readonly kind: "enter";
    readonly member: number;
    readonly identity: MemberIdentity;
    readonly invitation?: UsedInvitation;
  }
  /** Command of a client, as an IRC line. */
  | { readonly kind: "line"; readonly member: number; readonly line: string }
  /** A client has become an IRC operator. */
  | { readonly kind: "operator"; readonly member: number }
  /** A client has logged in to an account. */
  | { readonly kind: "login"; readonly member: number; readonly account: string }
  /**
   * An account exists, under the form of its name that is compared: its nickname is reserved from here on. What else
   * belongs to it is not in the log.
   */
  | { readonly kind: "account"; readonly key: string; readonly name: string }
  /** An account has been deleted, for good: its clients quit, and its channels belong to no account. */
  | { readonly kind: "account-deleted"; readonly key: string }
  | SharedFact
  /** A client has disconnected. */
  | { readonly kind: "quit"; readonly member: number; readonly reason: string }
  /**
   * A server has stopped, or is not heard any more: its clients quit, and its later events do not count. The event
   * itself does not count when the server has published beyond its event `heard`.
   */
  | { readonly kind: "gone"; readonly server: string; readonly heard: number; readonly reason: string }
  /** Event of a kind that this version does not know. */
  | { readonly kind: "unknown" };

/** Events that one server publishes as one message, applied together. */
export interface EventBatch {
  /** Version of the format. */
  readonly version: number;
  /** Id of the server: a new one at each start. */
  readonly server: string;
  /**
   * Number of the first event: a server numbers its events from 1, so that a repeated message is recognised whatever
   * its age. 0 for events outside of this order.
   */
  readonly first: number;
  /** Time in milliseconds since 1970. */
  readonly time: number;
  /** Events. */
  readonly events: readonly NetworkEvent[];
}
