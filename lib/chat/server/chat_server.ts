import type { Connection, ServerAddr } from "../../core/mod.ts";
import type { ChatFiles } from "../files/chat_files.ts";
import type { InvitationTerms } from "../invite/invitations.ts";
import type { ChatFraming, ChatPeer } from "./client/client_connection.ts";

/** Listening chat server, in the shape of `Deno.serve`'s. */
export interface ChatServer<Addr extends ServerAddr = ServerAddr> extends AsyncDisposable {
  /** Address that it listens on. */
  readonly addr: Addr;
  /** Address as text: `127.0.0.1:6667`. */
  readonly address: string;
  /** Port, where there is one. */
  readonly port?: number;
  /** @ignore Shared files, which the page serves. */
  readonly files?: ChatFiles;
  /** Number of connected clients. */
  readonly clients: number;
  /**
   * Resolves when the server has stopped.
   *
   * Rejects with {@link SystemError} when messages cannot be committed to the history; they are not delivered then.
   */
  readonly finished: Promise<void>;
  /**
   * Serves a connection that was accepted elsewhere, such as a WebSocket; resolves when it is closed. `client` is given
   * where the client is not the peer of the connection but of a trusted proxy.
   */
  serve(connection: Connection, framing: ChatFraming, rest?: Uint8Array, client?: ChatPeer): Promise<void>;
  /**
   * Creates an invitation and returns its token, which is stored as a hash, in the history file if there is one. The password that a client
   * gets in place of a token for one client expires at the same time.
   *
   * @throws {UsageError} `too-many-invitations` when 1000 are valid.
   * @throws {NetworkError} `network-unavailable` when too much waits for the log of the network, or the server has left it.
   * @throws {SystemError} `disk-full`, `history-busy`, `history-unusable`.
   */
  invite(terms: InvitationTerms): string;
  /**
   * Stops accepting, disconnects all clients, and resolves when their connections are closed; `finished` has the
   * result.
   */
  shutdown(): Promise<void>;
}
