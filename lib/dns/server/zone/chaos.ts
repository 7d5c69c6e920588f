import { RCODE } from "../../client/status.ts";
import type { DnsQuestion } from "../../codec/message.ts";
import { recordFrom } from "../../codec/record.ts";
import type { ServedAnswer } from "../answer/types.ts";

const VERSION_NAMES = ["version.bind.", "version.server."];

/**
 * Answers a question of the class CH about the server itself (RFC 4892): the name of the software, not its version, and
 * nothing about the machine.
 */
export function answerChaos({ name, type, class: klass }: DnsQuestion): ServedAnswer {
  if (!VERSION_NAMES.includes(name.toLowerCase()) || type !== "TXT" && type !== "ANY") {
    return { rcode: RCODE.REFUSED, answers: [], source: "none", keep: 0 };
  }
  const answers = [recordFrom({ name, type: "TXT", class: klass, ttl: 0, data: '"toucan"' })];
  return { rcode: RCODE.NOERROR, authoritative: true, answers, source: "server", keep: 0 };
}
