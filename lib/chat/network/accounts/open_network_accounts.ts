import type { ChatAccounts } from "../../account/open_accounts.ts";
import { type ChatNetworkOptions, openBroker } from "../connect.ts";

/**
 * Opens the accounts of a network of chat servers, also while the servers run; they are created if necessary.
 *
 * Permissions: `--allow-net` for the brokers, and for those that they announce.
 *
 * @param servers Addresses of brokers of one cluster: `nats://[USER:PASSWORD@]HOST:PORT` or `tls://…`.
 * @returns The accounts; dispose of them to close the connection.
 * @throws {UsageError} `invalid-broker`, `invalid-network`.
 * @throws {NetworkError} `network-unavailable` when no broker can be reached, or JetStream is not enabled there.
 * @example Open the accounts of a broker that is not there
 * ```ts
 * import { NetworkError, openChatNetworkAccounts } from "../../../../mod.ts";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => openChatNetworkAccounts(["nats://127.0.0.1:1"], { timeout: 1000 }), NetworkError);
 * ```
 */
export function openChatNetworkAccounts(
  servers: readonly string[],
  options?: Omit<ChatNetworkOptions, "onEvent">,
): Promise<ChatAccounts>;
export async function openChatNetworkAccounts(
  servers: readonly string[],
  options: Omit<ChatNetworkOptions, "onEvent"> = {},
): Promise<ChatAccounts> {
  const broker = await openBroker(servers, options);
  try {
    const { manageAccounts } = await import("./manage_accounts.ts");
    return await manageAccounts(broker);
  } catch (error) {
    await broker.close();
    throw error;
  }
}
