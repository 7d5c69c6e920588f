import { type Call, FAMILY, flag, kind, type Rules, stdinChunks } from "../../lib/cli/mod.ts";
import { LARGEST_DATAGRAM } from "../../lib/udp/internal.ts";

/** The address of a server without a host. */
export const LOOPBACK = { host: "127.0.0.1", anyPort: true };
/** The operand of a server. */
export const place = {
  metavar: "ADDRESS",
  help: "[HOST:]PORT or unix:/path; without a host only this machine can send to it",
  kind: kind.address("ADDRESS", LOOPBACK),
};
/** A number of datagrams. */
export const count = kind.integer(1, 1_000_000_000);

/** Options of all verbs. */
export const shared = {
  ...FAMILY,
  "json": flag("one JSON record per datagram"),
  "trace": flag("write what crosses the wire to stderr"),
};
/** Options of the verbs that show what comes. */
export const both = {
  ...shared,
  "hex": flag("show what crosses, both ways, as hex", { short: "x", without: ["json", "raw"] }),
  "raw": flag("write what comes as it is, and nothing else, to stdout; records then go to stderr"),
};

/** Options of the verbs that send lines of stdin. */
export const lineEnds = (rules: Rules) => ({
  "crlf": flag("end the lines of stdin with CR LF", { short: "C", ...rules }),
  "trim": flag("leave the line ends of stdin off", { without: ["crlf"], ...rules }),
});

/** How a datagram is shown, as a paragraph of help. */
export const FORM =
  "A line shows who said what: the peer, two spaces, the text, with one line end at its end left off and " +
  "everything that could do something to a terminal escaped, also into a pipe; --raw passes the bytes.";
/** How large a datagram may be, as sentences of help. */
export const LIMITS = `A datagram carries up to ${LARGEST_DATAGRAM.ipv4} bytes (IPv6: ${LARGEST_DATAGRAM.ipv6}, unix ` +
  `socket: ${LARGEST_DATAGRAM.unix}); what is longer is refused, not cut.`;

/** The lines of stdin as payloads. */
export async function stdinLines({ options: { crlf, trim }, signal }: Call<ReturnType<typeof lineEnds>>) {
  const { payloadLines } = await import("../../lib/udp/internal.ts");
  return payloadLines(stdinChunks(), { end: crlf ? "crlf" : trim ? "none" : undefined, signal });
}
