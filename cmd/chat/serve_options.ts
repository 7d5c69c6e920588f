import { flag, HTTP_FRONT, kind, list, option, SERVER_TLS } from "../../lib/cli/mod.ts";
import { pathsOfHistory } from "../../lib/chat/internal.ts";
import { FILES_OPTIONS } from "./files_options.ts";
import { NETWORK_OPTIONS } from "./network.ts";
import { passwordFile, PORT, TLS_PORT, WEB_PORT } from "./options.ts";

const anyPort = kind.integer(0, 65_535, "PORT");
const lines = kind.integer(1, 1_000_000);
const pageAddress = kind.listenerAddress("0.0.0.0:8067");

/** Options of `chat serve`. */
export const SERVE_OPTIONS = {
  ...SERVER_TLS,
  "host": option(kind.text("HOST", "an address"), "the address to listen on", { default: "127.0.0.1" }),
  "port": option(anyPort, `the port for IRC, 0 for a free one (default: ${PORT}, with TLS ${TLS_PORT})`),
  "web": option(pageAddress, "listen here for the web page; without a host only this machine can connect", {
    default: `${WEB_PORT}`,
  }),
  "one-port": flag("serve the web page and WebSocket on the port of IRC, too", {
    more:
      `The first bytes of a client tell its protocol. The port is ${WEB_PORT} unless --port is given. With --tls, ` +
      "only clients on this machine may connect without TLS; browsers of others are redirected.",
    without: ["web", "irc-only"],
  }),
  "irc-only": flag("serve no web page"),
  ...HTTP_FRONT,
  "password-file": passwordFile,
  "oper-file": option(kind.file, "the IRC operators (OPER): a file with lines NAME:PASSWORD", {
    reads: true,
    startup: true,
  }),
  "require-account": flag("admit only clients that log in to an account (SASL)", {
    more: "The web page cannot log in by SASL.",
  }),
  "registration": option(
    kind.choice("open", "closed"),
    "whether clients can register accounts; else only chat account add adds them",
    { default: "open" },
  ),
  "sasl-external": flag("request client certificates, to log in to accounts by them", {
    with: ["tls"],
    more:
      "Any certificate is accepted; what counts is its fingerprint, which a user adds by /msg NickServ CERT ADD. It requires Deno 2.8 or later.",
  }),
  "plaintext-login": flag("accept passwords of accounts from other machines without TLS"),
  "always-on": flag("keep users with an account in their channels when they disconnect", {
    more: "Each account can have its own setting: /msg NickServ SET ALWAYS-ON on|off.",
  }),
  "always-on-days": option(kind.integer(1, 36_500, "DAYS"), "days without a client after which such a user leaves", {
    default: "30",
  }),
  "oper": list(kind.text("ACCOUNT"), "an account that is an IRC operator once it is logged in"),
  "invite": option(kind.duration, "print a link that admits clients for this long, and no others", {
    more:
      "Clients without the link need the password or an account. Browsers open the link; toucan chat join takes it in place " +
      "of the server; other IRC clients send its token as the password. On a terminal it is also a QR code. Only a hash of the token is stored.",
  }),
  "invite-once": flag("let the link admit one client only", { with: ["invite"] }),
  "open": flag("allow remote clients without a password"),
  "history": option(
    kind.file,
    "store channels and messages in this file",
    {
      needs: (path) => ({ read: pathsOfHistory(String(path)), write: pathsOfHistory(String(path)) }),
    },
  ),
  "history-lines": option(
    kind.integer(1, 10_000_000),
    "maximum number of messages per channel (default: 10000, without a file 1000)",
  ),
  "history-days": option(kind.integer(1, 36_500, "DAYS"), "delete messages after this many days"),
  "history-size": option(kind.size, "maximum size of the history (default: 1G, without a file 64M)"),
  ...FILES_OPTIONS,
  ...NETWORK_OPTIONS,
  "replay": option(kind.integer(0, 100), "number of history lines sent to a client that joins", { default: "20" }),
  "name": option(kind.text("NAME", "a host name"), "the server's name", { default: "toucan.local" }),
  "motd": option(kind.text(), "the message of the day"),
  "max-connections": option(kind.integer(1, 100_000), "maximum number of connections", { default: "10000" }),
  "per-address": option(kind.integer(1, 100_000), "maximum number of connections from one remote address", {
    default: "100",
  }),
  "burst": option(lines, "lines that a client may send at once", { default: "60" }),
  "rate": option(lines, "lines per second after that; more have to wait", { default: "10" }),
  "trace": flag("write who comes and goes to stderr"),
  "json": flag("one JSON record when it listens, and for all who come and go"),
};
