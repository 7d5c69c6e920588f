import { CERTIFICATE_FIELDS, ERROR, event, field, LISTENING } from "../../lib/cli/mod.ts";

const { bytes, integer, list, milliseconds, onSuccess, object, optional, text, oneOf } = field;

const connection = {
  "connection": event("when a connection has ended or could not be established", {
    peer: text("address of the peer; as given if the connection could not be established"),
    local: onSuccess(text("local address")),
    bytesIn: onSuccess(bytes("bytes received")),
    bytesOut: onSuccess(bytes("bytes sent")),
    ms: onSuccess(milliseconds("duration of the connection")),
    ended: onSuccess(
      oneOf(
        ["done", "broken", "idle", "stopped", "cut-off", "turned-away", "failed"],
        "reason for the end: done: closed by both sides; broken: reset or closed early by the peer; idle: see --idle and --wait; stopped: by a " +
          "signal; cut-off: the peer did not read; turned-away: too many connections; failed: TLS handshake failed",
      ),
    ),
    alpn: optional(text("application protocol negotiated in the TLS handshake (ALPN)")),
    certificate: optional(object(CERTIFICATE_FIELDS, "certificate of the client, with --client-ca")),
    error: optional(ERROR),
  }),
};

/** The JSON records of `tcp connect`. */
export const CONNECT_RECORDS = connection;

/** The JSON records of `tcp listen`. */
export const LISTEN_RECORDS = { ...LISTENING, ...connection };

const STATE = oneOf(
  ["open", "refused", "filtered", "unreachable", "not-found", "failed"],
  "open: connected; refused: nothing listens there; filtered: no answer within --timeout; unreachable: no route to the host; " +
    "not-found: the name has no address; failed: any other error",
);

/** The JSON records of `tcp check`. */
export const CHECK_RECORDS = {
  "port": event("for each port, in the order given", {
    host: text("host as given; of an invalid input, the input"),
    port: optional(integer("port")),
    service: optional(text("registered service name of the port, if it is a common one")),
    state: STATE,
    address: optional(text("the first address with that state")),
    ms: optional(milliseconds("time to connect or to fail")),
    addresses: list(
      object({ address: text("address"), state: STATE, ms: milliseconds("time"), error: optional(ERROR) }),
      "each address of the host",
    ),
    error: optional(ERROR),
  }),
};
