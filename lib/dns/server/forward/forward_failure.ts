import { TimeoutError, type ToucanError } from "../../../core/mod.ts";
import { RCODE, rcodeName } from "../../client/status.ts";
import type { DnsMessage } from "../../codec/message.ts";
import { extendedErrors } from "../../codec/extended_errors.ts";
import type { ServedAnswer } from "../answer/types.ts";

/** Codes of extended errors (RFC 8914 §4). */
const CACHED_ERROR = 13;
const NOT_READY = 14;
const NO_REACHABLE_AUTHORITY = 22;
const NETWORK_ERROR = 23;

const MAX_TEXT_CHARACTERS = 200;

function failed(source: string, code: number, text: string): ServedAnswer {
  return {
    rcode: RCODE.SERVFAIL,
    answers: [],
    errors: [{ code, text: text.slice(0, MAX_TEXT_CHARACTERS) }],
    source,
    keep: 0,
  };
}

/** Returns the answer when no name server could be asked: that none responded in time, or why not. */
export function unreachable(error: ToucanError, servers: string): ServedAnswer {
  if (error instanceof TimeoutError) {
    return failed(`forward ${servers}`, NO_REACHABLE_AUTHORITY, `no answer from ${servers} in time`);
  }
  return failed(`forward ${servers}`, NETWORK_ERROR, error.message);
}

/** Returns the answer when the name servers can be asked, but none looks names up. */
export function notRecursive(server: string): ServedAnswer {
  return failed(`forward ${server}`, NO_REACHABLE_AUTHORITY, `${server} does not look names up for this server`);
}

/** Returns the answer to a query that this server has sent itself. */
export function loop(): ServedAnswer {
  return failed("none", NETWORK_ERROR, "forwarding loop: a name server forwards to this server");
}

/** Returns the answer when too many queries wait already. */
export function tooMany(limit: number): ServedAnswer {
  return failed("none", NOT_READY, `there are ${limit} queries in progress already`);
}

/** Returns the answer for a failure of a name server: its own word if that is for the client, with its reasons. */
export function failureOf(message: DnsMessage, server: string): ServedAnswer {
  const { rcode } = message;
  const reasons = extendedErrors(message).map(({ code, text }) => ({ code, text: text.slice(0, MAX_TEXT_CHARACTERS) }));
  const source = `forward ${server}`;
  if (rcode === RCODE.SERVFAIL || rcode === RCODE.REFUSED || rcode === RCODE.NOTIMP) {
    return { rcode, answers: [], errors: reasons, source, keep: 0 };
  }
  const own = failed(source, NETWORK_ERROR, `${server} responded ${rcodeName(rcode)}`);
  return { ...own, errors: [...reasons, ...own.errors ?? []] };
}

/** Returns a failure as it is repeated from the cache. */
export function repeated(answer: ServedAnswer): ServedAnswer {
  const { errors = [] } = answer;
  return errors.some(({ code }) => code === CACHED_ERROR)
    ? answer
    : { ...answer, errors: [...errors, { code: CACHED_ERROR }] };
}
