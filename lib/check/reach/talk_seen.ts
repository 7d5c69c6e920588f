import type { HostAddress } from "../../core/mod.ts";

/** An open port. */
export interface TalkInput {
  /** Name, for TLS. */
  readonly host: string;
  /** Address that accepted a connection. */
  readonly address: HostAddress;
  /** Port. */
  readonly port: number;
  /** Milliseconds for all of it. */
  readonly within: number;
  /** Protocol that is expected, with TLS from the start or without; undefined if any will do, and only what comes by itself is looked at. */
  readonly expected?: { readonly protocol?: string; readonly tls: boolean };
}

/** First bytes and acts of the server. */
export interface TalkSeen {
  /** Its first act without a request: it sent something, closed or reset the connection, or waited. */
  readonly first: "sent" | "closed" | "reset" | "waited";
  /** Protocol that was recognised, by itself or as the answer to a ClientHello or an HTTP request. */
  readonly protocol?: string;
  /** First line, if it is text. */
  readonly line?: string;
}
