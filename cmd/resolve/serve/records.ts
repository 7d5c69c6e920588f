import { ERROR, event, field, LISTENING } from "../../../lib/cli/mod.ts";
import { extendedErrorName, rcodeName, type ServedQuery } from "../../../lib/dns/internal.ts";

const { boolean, integer, list, milliseconds, object, oneOf, optional, text } = field;

/** The JSON records of `resolve serve`. */
export const SERVE_RECORDS = {
  ...LISTENING,
  "query": event("for each query, with --log", {
    peer: text("address of the client"),
    transport: oneOf(["udp", "tcp", "tls", "https"], "transport of the query"),
    name: text("name, absolute; empty for a query without a valid question"),
    type: text("record type; empty for a query without a valid question"),
    class: text("class; empty for a query without a valid question"),
    status: optional(text("response code by name; absent if the query was dropped")),
    source: text(
      "origin of the records: the word for one of word, hosts, zone, forward, cache, fault, server or none, with its name; several behind an alias",
    ),
    answers: integer("number of records in the answer section, of a zone transfer the number of messages"),
    truncated: boolean("whether the response was truncated"),
    limited: optional(boolean("whether it was dropped or truncated because of a limit")),
    fault: optional(text("simulated fault")),
    extendedErrors: optional(list(
      object({
        code: integer("code of RFC 8914"),
        name: text("meaning of the code"),
        text: text("text of the server"),
      }),
      "extended errors of the response",
    )),
    ms: milliseconds("duration"),
  }),
  "refused": event("when a client was rejected, or its TLS handshake failed", {
    peer: text("address of the client"),
    error: ERROR,
  }),
};

/** Returns the JSON record of a query. */
export function queryRecord({ client: peer, rcode, errors, ...facts }: ServedQuery) {
  return {
    event: "query" as const,
    peer,
    ...facts,
    ms: Math.round(facts.ms * 100) / 100,
    status: rcode === undefined ? undefined : rcodeName(rcode),
    extendedErrors: errors?.map(({ code, text = "" }) => ({ code, name: extendedErrorName(code), text })),
  };
}

/** Maximum number of characters of a name in the log: what stands behind it is to be seen as well. */
const MAX_SHOWN = 255;

/** Returns the line of a query in the log. */
export function queryLine(query: ServedQuery): string {
  const { client, transport, name, type, class: klass, rcode, source, answers, truncated, limited, fault, ms } = query;
  return [
    client,
    transport,
    name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name || "-",
    klass === "IN" || klass === "" ? "" : klass,
    type || "-",
    rcode === undefined ? "dropped" : rcodeName(rcode),
    ...(rcode === undefined ? [] : [`${answers} ${answers === 1 ? "answer" : "answers"}`]),
    `(${source})`,
    truncated ? "truncated" : "",
    limited ? "limited" : "",
    fault === undefined ? "" : `fault ${fault}`,
    `${ms.toFixed(1)}ms`,
  ].filter((word) => word !== "").join(" ");
}
