import { NetworkError } from "../../../core/mod.ts";
import { parseEpsvReply, parsePasvReply } from "../../codec/endpoint.ts";
import { type FtpReply, ftpReplyText } from "../../codec/reply.ts";
import { refusal } from "../refusal.ts";
import type { FtpSession } from "../session.ts";

/**
 * Returns the port of a reply to `EPSV` or `PASV`; undefined when the server does not know the command. The address of a reply to
 * `PASV` is not used: it would lead to a server of its choice, and behind NAT it is wrong.
 *
 * @throws {NetworkError} `data-address` for a reply without a port.
 */
export function passivePort(session: FtpSession, reply: FtpReply): number | undefined {
  const { channel, passive } = session;
  const { peer } = channel.connection;
  const text = reply.lines.join(" ");
  if (passive === "EPSV" ? reply.code === 229 : reply.code === 227) {
    const pasv = passive === "PASV" ? parsePasvReply(text) : undefined;
    const port = passive === "EPSV" ? parseEpsvReply(text) : pasv?.port;
    if (pasv && pasv.host !== session.dataHost) channel.note("*", `the address ${pasv.host} is ignored`);
    if (port !== undefined) return port;
    throw new NetworkError(`${peer} sent no port for a data connection: ${ftpReplyText(reply)}`, {
      code: "data-address",
      operation: passive,
      peer,
    });
  }
  if (passive === "EPSV" && reply.code >= 500) return undefined;
  throw refusal(peer, "open a data connection", reply);
}
