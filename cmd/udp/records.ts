import { ERROR, event, field, LISTENING } from "../../lib/cli/mod.ts";

const { bytes, integer, milliseconds, optional, text } = field;

const datagram = {
  peer: text("address of the peer"),
  size: bytes("size of the payload"),
  text: optional(text("payload, if it is valid UTF-8")),
  base64: optional(text("payload in Base64, if it is not")),
  ms: milliseconds("time since the socket was opened"),
};

/** The JSON records of `udp send`. */
export const SEND_RECORDS = {
  "sent": event("when a datagram was sent", datagram),
  "received": event("when a reply was received", datagram),
  "failed": event("when a datagram could not be sent, or no reply was received", {
    peer: text("address of the peer; as given if no datagram could be sent"),
    size: optional(bytes("size of the payload")),
    ms: optional(milliseconds("time since the socket was opened")),
    error: ERROR,
  }),
};

/** The JSON records that `udp listen` and `udp echo` share. */
const SERVER_RECORDS = {
  ...LISTENING,
  "received": event("when a datagram was received", datagram),
  "sent": event("when a reply was sent", datagram),
  "failed": event("when a reply could not be sent", {
    peer: text("address of the peer"),
    size: bytes("size of the payload"),
    ms: milliseconds("time since the socket was opened"),
    error: ERROR,
  }),
};

/** The JSON records of `udp listen`. */
export const LISTEN_RECORDS = {
  ...SERVER_RECORDS,
  "stats": event("at the end, with --stats or when datagrams were dropped here", {
    received: integer("number of received datagrams"),
    printed: integer("number of printed datagrams"),
    dropped: integer("number of datagrams dropped because stdout was not read in time"),
    kernelDropped: optional(integer("number of datagrams dropped by the kernel, if stdin has it (see --stats)")),
  }),
};

/** The JSON records of `udp echo`. */
export const ECHO_RECORDS = {
  ...SERVER_RECORDS,
  "ignored": event("when no reply was sent", {
    ...datagram,
    reason: text("reason for that"),
  }),
};
