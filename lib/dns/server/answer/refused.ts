import { RCODE } from "../../client/status.ts";
import type { ServedAnswer } from "./types.ts";

/** Codes of extended errors that the server itself gives (RFC 8914 §4). */
export const EXTENDED = { OTHER: 0, NOT_READY: 14, PROHIBITED: 18, NOT_AUTHORITATIVE: 20, NOT_SUPPORTED: 21 } as const;

/** Returns an answer without records, with an extended error if there is a code for one. */
export function failure(rcode: number, code?: number, text?: string, source = "none"): ServedAnswer {
  const errors = code === undefined ? undefined : [{ code, text }];
  return { rcode, answers: [], errors, source, keep: 0 };
}

/** Answer to a client that may not ask. */
export const PROHIBITED = failure(RCODE.REFUSED, EXTENDED.PROHIBITED, "this client is not allowed");
/** Answer to a question about a name that no source knows. */
export const NOT_AUTHORITATIVE = failure(
  RCODE.REFUSED,
  EXTENDED.NOT_AUTHORITATIVE,
  "no zone or name of this server matches",
);
/** The same, where names could be looked up elsewhere, but the client has not asked for that. */
export const NO_RECURSION = failure(
  RCODE.REFUSED,
  EXTENDED.NOT_AUTHORITATIVE,
  "the query does not desire recursion",
);
/** Answer to a question of another class. */
export const OTHER_CLASS = failure(RCODE.REFUSED, EXTENDED.NOT_SUPPORTED, "only the class IN is supported");
/** Answer to a question for a type that only messages have. */
export const META_TYPE = failure(RCODE.NOTIMP, EXTENDED.NOT_SUPPORTED, "this type is not supported");
/** Answer to a request for a transfer over UDP. */
export const TRANSFER_OVER_UDP = failure(
  RCODE.REFUSED,
  EXTENDED.NOT_SUPPORTED,
  "transfers require TCP or TLS",
);
/** Answer to a request for a transfer that the client may not have. */
export const TRANSFER_PROHIBITED = failure(
  RCODE.REFUSED,
  EXTENDED.PROHIBITED,
  "this client may not transfer zones",
);
/** Answer to a request for a transfer of another zone. */
export const NOT_A_ZONE = failure(9, EXTENDED.NOT_AUTHORITATIVE, "this server does not have the zone");
/** Answer when a source has failed. */
export const SOURCE_FAILED = failure(RCODE.SERVFAIL, EXTENDED.OTHER, "internal error");
