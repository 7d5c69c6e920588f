import { RCODE } from "../../client/status.ts";
import { encodeMessage } from "../../codec/encode.ts";
import { packMessages } from "../../codec/pack.ts";
import { isNewer } from "../../transfer/assemble.ts";
import type { ClientQuery } from "../answer/types.ts";
import type { Zone } from "../zone/zone.ts";

/**
 * Yields the messages that transfer a zone (RFC 5936). For IXFR that is the whole zone, or its SOA record alone where the
 * client has that version or a newer one (RFC 1995 §2, §4): changes are not recorded. Each has `reserve` bytes free for a
 * signature.
 */
export function transferOf(query: ClientQuery, zone: Zone, reserve: number): Iterable<Uint8Array> {
  const { message, question } = query;
  const { id, recursionDesired } = message;
  const head = { id, response: true, authoritative: true, recursionDesired, questions: [question] };
  if (question.type !== "IXFR") return packMessages(head, zone.transferred(), { reserve });
  const serial = message.authorities.find(({ type }) => type === "SOA")?.fields.serial;
  if (typeof serial !== "number") return [encodeMessage({ ...head, authoritative: false, rcode: RCODE.FORMERR })];
  const isCurrent = !isNewer(zone.serial, serial);
  return packMessages(head, isCurrent ? zone.soa.records : zone.transferred(), { reserve });
}
