import { type Address, SystemError, type ToucanError } from "../../core/mod.ts";
import { peerName } from "../socket/peer.ts";

/**
 * Returns the error of a reply that the sandbox denies. To the client it looks lost, so a server that cannot reply at all reports it: the
 * permission for its own port does not cover the ports of its clients.
 */
export function replyDenied(cause: ToucanError, to: Address): SystemError {
  const peer = peerName(to);
  return new SystemError(`cannot reply to ${peer}: the sandbox denies sending to it`, {
    code: "permission-missing",
    operation: "reply",
    peer,
    hint: to.transport === "ip"
      ? `replies are sent to any port of a client, which requires --allow-net=${to.host}`
      : cause.hint,
    cause,
  });
}
