import type { InvitationTerms, ValidInvitation } from "../../invite/invitations.ts";
import { type ChatNetworkOptions, openBroker } from "../connect.ts";

/** Invitations of a network of servers, as of the time at which they were opened, with what was changed by this object. */
export interface ChatNetworkInvitations extends AsyncDisposable {
  /**
   * Creates an invitation; its token is the password of the servers that accept invitations.
   *
   * Rejects with `too-many-invitations` when 1000 are valid, or with the failure of the brokers.
   */
  create(terms: InvitationTerms): Promise<ValidInvitation & { readonly token: string }>;
  /** Returns the invitations that are valid, the first to expire first. */
  list(): readonly ValidInvitation[];
  /** Revokes an invitation by its id; resolves to false when none is valid. Clients that it has admitted stay. */
  revoke(id: string): Promise<boolean>;
}

/**
 * Opens the invitations of a network of chat servers, also while the servers run: reads its log after the last stored
 * state.
 *
 * Permissions: `--allow-net` for the brokers, and for those that they announce.
 *
 * @param servers Addresses of brokers of one cluster: `nats://[USER:PASSWORD@]HOST:PORT` or `tls://…`.
 * @returns The invitations; dispose of them to close the connection.
 * @throws {UsageError} `invalid-broker`, `invalid-network`.
 * @throws {SystemError} `network-state` when neither a snapshot nor the beginning of the log can be read.
 * @throws {NetworkError} `network-unavailable` when no broker can be reached, or JetStream is not enabled there.
 * @example Open the invitations of a broker that is not there
 * ```ts
 * import { NetworkError, openChatNetworkInvitations } from "../../../../mod.ts";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => openChatNetworkInvitations(["nats://127.0.0.1:1"], { timeout: 1000 }), NetworkError);
 * ```
 */
export function openChatNetworkInvitations(
  servers: readonly string[],
  options?: Omit<ChatNetworkOptions, "onEvent">,
): Promise<ChatNetworkInvitations>;
export async function openChatNetworkInvitations(
  servers: readonly string[],
  options: Omit<ChatNetworkOptions, "onEvent"> = {},
): Promise<ChatNetworkInvitations> {
  const broker = await openBroker(servers, options);
  try {
    const { manageInvitations } = await import("./manage_invitations.ts");
    return await manageInvitations(broker);
  } catch (error) {
    await broker.close();
    throw error;
  }
}
