import { NetworkError, showUntrusted } from "../../core/mod.ts";

/** A response code without records: its name, the error code, and its meaning. */
type Status = readonly [name: string, code: string, text: string];

/** The response codes (RFC 1035 §4.1.1, 2136 §2.2, 6891 §9). */
const STATUS: Readonly<Record<number, Status>> = {
  0: ["NOERROR", "no-data", "no such record"],
  1: ["FORMERR", "format-error", "the server could not parse the query"],
  2: ["SERVFAIL", "server-failed", "server failure"],
  3: ["NXDOMAIN", "name-not-found", "the name does not exist"],
  4: ["NOTIMP", "not-implemented", "the server does not support this query"],
  5: ["REFUSED", "query-refused", "the server refuses to answer this client or for this name"],
  6: ["YXDOMAIN", "name-exists", "a name exists that should not"],
  7: ["YXRRSET", "records-exist", "records exist that should not"],
  8: ["NXRRSET", "records-missing", "records are missing that should exist"],
  9: ["NOTAUTH", "not-authoritative", "not authoritative for the name, or not authorized"],
  10: ["NOTZONE", "not-in-zone", "the name is not in a zone of the server"],
  23: ["BADCOOKIE", "bad-cookie", "the server requires its own cookie"],
  16: ["BADVERS", "edns-version", "unsupported EDNS version"],
};

/** The codes in use, by their names. */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const;

/** Returns the name of a response code: `NXDOMAIN`, or `RCODE23` for one without a name. */
export function rcodeName(rcode: number): string {
  return STATUS[rcode]?.[0] ?? `RCODE${rcode}`;
}

/** Returns the error for a response code other than NOERROR and NXDOMAIN; `reason` is what the server says of it, if anything. */
export function statusError(rcode: number, question: string, server: string, reason = ""): NetworkError {
  const [name, code, text] = STATUS[rcode] ?? [rcodeName(rcode), `rcode-${rcode}`, "it failed for an unknown reason"];
  return new NetworkError(
    `${server} responded ${name} for ${question}: ${reason === "" ? text : showUntrusted(reason)}`,
    {
      code,
      operation: "resolve",
      peer: server,
    },
  );
}
