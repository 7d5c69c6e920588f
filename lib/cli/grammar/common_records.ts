import { integer, list, optional, text } from "./field.ts";
import { ERROR } from "./error_fields.ts";
import { event, result } from "./record.ts";

/** Records that every verb can print. */
export const ALWAYS_RECORDS = {
  "failure": result("when the call as a whole fails; with exit code 2 nothing was done", { error: ERROR }),
};

/** Records that every server can print, see `Output.makeNonBlocking`. */
export const SERVER_RECORDS = {
  "lost": event("in place of records for which the reader of stdout was too slow", {
    lines: integer("number of records dropped here"),
  }),
};

/** The record of a server that is ready, one for each address and protocol. */
export const LISTENING = {
  "listening": event("when the server is ready, for each address and protocol", {
    url: text("URL of the service, such as http://127.0.0.1:8000/ or unix:/path"),
    urls: optional(list(text(), "the same with each address of this machine, where it listens on all of them")),
    address: text("address it listens on, as HOST:PORT, [V6]:PORT or unix:/path"),
    port: optional(integer("port number (absent for a unix socket)")),
    pin: optional(text("pin of the certificate, where the server made it: the value for --pin of a client")),
  }),
};
