import type { CommandFault } from "../../codec/command.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Answer } from "../session/session.ts";

/** Answers to lines that are not commands. */
export const SYNTAX: Readonly<Record<CommandFault, Answer>> = {
  "not-utf8": { code: 501, text: "Syntax error: not valid UTF-8" },
  "nul": { code: 501, text: "Syntax error: NUL in the command" },
};
/** Answer to a request of HTTP. */
export const NO_HTTP: Answer = { code: 421, text: "HTTP is not supported on an FTP port", then: "close" };
/** Answer to `QUIT`. */
export const GOODBYE: Answer = { code: 221, text: "Goodbye", then: "close" };
/** Answer to `ABOR` behind the reply to the transfer. */
export const ABORTED: Answer = { code: 226, text: "Abort successful" };
/** Last answer of a server that stops. */
export const CLOSING: Answer = { code: 421, text: "Service not available, closing control connection" };
/** Last answer to a client that is too slow. */
export const TIMEOUT: Answer = { code: 421, text: "Timeout" };
/** Last answer to a client whose commands fail. */
export const TOO_MANY_FAILURES: Answer = { code: 421, text: "Too many failed commands" };
/**
 * Last answer to a client that sends more commands during a transfer than are read ahead: without reading, the end of the control
 * connection would not be noticed, and that of the data would look like the end of a file.
 */
export const TOO_FAR_AHEAD: Answer = { code: 421, text: "Too many commands during a transfer", then: "close" };
/** Last answer to a client that sends more behind `AUTH`: it would be read as sent under TLS. */
export const INJECTION: Answer = {
  code: 503,
  text: "Commands behind AUTH are not accepted before the TLS handshake",
};
/** Reason for which a transfer ends with its control connection. */
export const GONE = new FtpRefusal(426, "Control connection closed; transfer aborted");
