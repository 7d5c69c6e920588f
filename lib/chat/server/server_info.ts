import type { LoginLimit } from "../../core/mod.ts";

/** Settings of a server. */
export interface ServerInfo {
  /** Name in messages. */
  readonly name: string;
  /** Name of the network. */
  readonly network: string;
  /** Version. */
  readonly version: string;
  /** Message of the day. */
  readonly motd?: string;
  /** Password that clients have to send with PASS. */
  readonly password?: string;
  /**
   * Whether only clients with an invitation, the password or an account are admitted.
   *
   * @default {false}
   */
  readonly inviteOnly?: boolean;
  /** Passwords of IRC operators by name. */
  readonly operators: ReadonlyMap<string, string>;
  /** Folded names of accounts that are IRC operators. */
  readonly operatorAccounts: ReadonlySet<string>;
  /** Failed logins of all clients. */
  readonly logins: LoginLimit;
  /**
   * Whether passwords of accounts may be sent unencrypted, also from other machines.
   *
   * @default {false}
   */
  readonly plaintextLogin?: boolean;
  /**
   * Whether clients cannot register accounts.
   *
   * @default {false}
   */
  readonly closedRegistration?: boolean;
  /**
   * Whether only clients with an account are admitted.
   *
   * @default {false}
   */
  readonly requireAccount?: boolean;
  /**
   * Whether members stay when their last client leaves, if their account has no setting of its own.
   *
   * @default {false}
   */
  readonly alwaysOn?: boolean;
  /** Days after which a member without clients leaves. */
  readonly alwaysOnDays?: number;
  /** Number of history lines sent to a client when it joins. */
  readonly replay: number;
}
