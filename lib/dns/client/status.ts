import { NetworkError } from "../../core/mod.ts";

/** What a server can answer instead of records: the name of its code, ours, and what it means. */
type Status = readonly [name: string, code: string, text: string];

/** The response codes (RFC 1035 §4.1.1, 2136 §2.2, 6891 §9). */
const STATUS: Readonly<Record<number, Status>> = {
  0: ["NOERROR", "no-data", "there is no such record"],
  1: ["FORMERR", "format-error", "it did not understand the question"],
  2: ["SERVFAIL", "server-failed", "it failed to find out"],
  3: ["NXDOMAIN", "name-not-found", "the name does not exist"],
  4: ["NOTIMP", "not-implemented", "it does not do that"],
  5: ["REFUSED", "query-refused", "it does not answer us, or not about this name"],
  6: ["YXDOMAIN", "name-exists", "a name exists that should not"],
  7: ["YXRRSET", "records-exist", "records exist that should not"],
  8: ["NXRRSET", "records-missing", "records are missing that should exist"],
  9: ["NOTAUTH", "not-authoritative", "it is no authority for the name, or we are not allowed"],
  10: ["NOTZONE", "not-in-zone", "the name is in no zone of it"],
  16: ["BADVERS", "edns-version", "it does not know this version of EDNS"],
};

/** The codes in use, by their names. */
export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const;

/** The name of a response code: `NXDOMAIN`, or `RCODE23` for one without a name. */
export function rcodeName(rcode: number): string {
  return STATUS[rcode]?.[0] ?? `RCODE${rcode}`;
}

/** The error for a server that did not answer the question: a code that is neither NOERROR nor NXDOMAIN. */
export function statusError(rcode: number, question: string, server: string): NetworkError {
  const [name, code, text] = STATUS[rcode] ?? [rcodeName(rcode), `rcode-${rcode}`, "it failed for an unknown reason"];
  return new NetworkError(`no answer about ${question}: ${server} says ${name}: ${text}`, {
    code,
    operation: "resolve",
    peer: server,
  });
}
