import { type Finding, found } from "../words/findings.ts";
import { isProtocol } from "./protocol.ts";
import type { TalkInput, TalkSeen } from "./talk_seen.ts";

/** Judges what an open port says. Pure. */
export function judgeTalk({ first, protocol, line = "" }: TalkSeen, input: TalkInput): Finding[] {
  const { port, expected } = input;
  const address = input.address.address;
  if (first === "closed") return [found("closed-at-once", { address, port })];
  if (first === "reset") return [found("port-reset", { address, port, reason: "" })];
  if (!expected) {
    if (first === "waited") return [found("waits-for-client", { address, port })];
    return [found("greeting", { protocol: protocol ?? "", line })];
  }
  if (protocol === undefined) return [found("port-silent", { address, port })];
  const wanted = expected.protocol ?? "TLS";
  if (expected.tls) {
    if (protocol === "TLS") return [];
    return [found("plain-on-tls-port", { address, port, protocol, line })];
  }
  if (protocol === "TLS") return [found("tls-on-plain-port", { address, port, expected: wanted })];
  if (isProtocol(protocol, wanted)) return [];
  return [found("speaks-other-protocol", { address, port, expected: wanted, protocol, line })];
}
