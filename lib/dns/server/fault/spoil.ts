import { RCODE } from "../../client/status.ts";
import type { FaultKind } from "./rule.ts";

const HEAD_BYTES = 12;
const TC = 0x02;
/** Responses that have only a code. */
const CODES: Partial<Record<FaultKind, number>> = {
  servfail: RCODE.SERVFAIL,
  refuse: RCODE.REFUSED,
  nxdomain: RCODE.NXDOMAIN,
};

/**
 * Returns what is sent instead of a response because of a fault; undefined for nothing at all. The wait of a `delay` is
 * up to the caller.
 *
 * @param question End of the question in the response.
 * @param datagram Whether it goes over UDP: only there is a response truncated.
 */
export function spoil(
  kind: FaultKind,
  response: Uint8Array,
  question: number,
  datagram: boolean,
): Uint8Array | undefined {
  switch (kind) {
    case "delay":
      return response;
    case "drop":
      return undefined;
    case "truncate": {
      if (!datagram) return response;
      const message = withoutRecords(response, question);
      message[2] = (message[2] ?? 0) | TC;
      return message;
    }
    case "wrong-id": {
      const message = response.slice();
      message[0] = (message[0] ?? 0) ^ 0xff;
      return message;
    }
    case "garbage":
      return response.map((byte, at) => at < 2 ? byte : byte ^ 0xa5);
    case "cut":
      return response.slice(0, Math.max(1, response.length >> 1));
    default: {
      const message = withoutRecords(response, question);
      message[3] = ((message[3] ?? 0) & 0xf0) | (CODES[kind] ?? 0);
      // What another code answers with authority is no longer the zone's word.
      message[2] = (message[2] ?? 0) & ~0x04;
      return message;
    }
  }
}

/** Returns head and question of a response. */
function withoutRecords(response: Uint8Array, question: number): Uint8Array {
  const message = response.slice(0, question);
  message.fill(0, 6, HEAD_BYTES);
  return message;
}
