import { type Address, SystemError, type ToucanError } from "../../core/mod.ts";
import { peerName } from "../socket/peer.ts";

/**
 * A reply that the sandbox denies. To the client it looks like a lost one, so the server that could send none at all says so: the
 * permission for its own port does not cover the ports of its clients.
 */
export function replyDenied(cause: ToucanError, to: Address): SystemError {
  const peer = peerName(to);
  return new SystemError(`cannot reply to ${peer}: the sandbox denies sending to it`, {
    code: "permission-missing",
    operation: "reply",
    peer,
    hint: to.transport === "ip" ? `replies go to any port of a client: --allow-net=${to.host}` : cause.hint,
    cause,
  });
}
