import type { HostAddress } from "../../../core/mod.ts";

/** Page to ask for. */
export interface HttpInput {
  /** Its URL. */
  readonly url: string;
  /** Name of the server. */
  readonly host: string;
  /** Address that accepted a connection. */
  readonly address: HostAddress;
  /** Port. */
  readonly port: number;
  /** Application protocol that the server chose (ALPN). */
  readonly alpn?: string;
  /** Called when a stage of a request begins: lookup, connection, handshake, the wait for the answer. */
  readonly onStage?: () => void;
  /** Called when the first answer begins. */
  readonly onAnswer?: () => void;
}
