import type { Credentials } from "../../../core/mod.ts";
import { readAccountName } from "../../codec/account_name.ts";
import { banOf } from "../../account/accounts.ts";
import { FileRefusal } from "../../files/refusal.ts";
import { countedNetwork } from "../client/peer_host.ts";
import type { ChatState } from "../state.ts";

/** Client of a request, which is another connection than that to the chat. */
export interface Uploader {
  /** Its address. */
  readonly peer: string;
  /** Whether the request came over TLS. */
  readonly secure: boolean;
}

/**
 * Returns a ticket for an upload by the password of an account (soju.im/FILEHOST): the account has to be connected to the chat, so
 * that bans and limits of its connection apply.
 *
 * @throws {FileRefusal} 401, 403, 429, 503.
 */
export async function uploadTicket(
  state: ChatState,
  { user, password }: Credentials,
  { peer, secure }: Uploader,
): Promise<string> {
  const permitted = secure || countedNetwork(peer) === "" || state.info.plaintextLogin === true;
  if (!permitted) throw new FileRefusal(403, "passwords require TLS");
  const name = readAccountName(user);
  if (typeof name === "string") throw new FileRefusal(401, "wrong account name or password");
  if (state.guard.wait(peer, name.key) > 0) throw new FileRefusal(429, "too many failed logins");
  const account = await state.accounts.login(user, password, countedNetwork(peer));
  if (account === "busy") throw new FileRefusal(503, "too many logins at once");
  if (account === "wrong") {
    state.guard.failed(peer, name.key);
    throw new FileRefusal(401, "wrong account name or password");
  }
  if (banOf(account) !== undefined) throw new FileRefusal(403, "the account is banned");
  const session = [...state.sessions.of(account.name)].find((one) => one.registered && !one.gone);
  const ticket = session && state.files?.tickets.issue(session);
  if (!session) throw new FileRefusal(401, "the account is not connected to the chat");
  if (ticket === undefined) throw new FileRefusal(429, "too many uploads; try again later");
  return ticket;
}
