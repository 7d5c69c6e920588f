import { type Call, FAMILY, flag, kind, type Rules, stdinChunks } from "../../lib/cli/mod.ts";
import { LARGEST_DATAGRAM } from "../../lib/udp/internal.ts";

/** Defaults of a server's address. */
export const LOOPBACK = { host: "127.0.0.1", anyPort: true };
/** Operand of a server: the address to listen on. */
export const serverAddress = {
  metavar: "ADDRESS",
  help: "[HOST:]PORT or unix:/path; without a host only this machine can send to it",
  kind: kind.address("ADDRESS", LOOPBACK),
};
/** Number of datagrams. */
export const count = kind.integer(1, 1_000_000_000);

/** Options of all verbs. */
export const commonOptions = {
  ...FAMILY,
  "json": flag("one JSON record per datagram"),
  "trace": flag("print each datagram to stderr"),
};
/** Options of the verbs that print datagrams. */
export const displayOptions = {
  ...commonOptions,
  "hex": flag("print a hex dump of both directions", { short: "x", without: ["json", "raw"] }),
  "raw": flag("write only received bytes to stdout, unescaped; print records to stderr"),
};

/** Returns the options of the verbs that send lines of stdin. */
export const lineEnds = (rules: Rules) => ({
  "crlf": flag("end the lines of stdin with CR LF", { short: "C", ...rules }),
  "trim": flag("remove the line ends of stdin", { without: ["crlf"], ...rules }),
});

/** Paragraph of help: how a datagram is printed. */
export const OUTPUT_FORMAT =
  "Each datagram is printed as a line: the peer, two spaces, and the payload without its line end, with " +
  "control characters escaped, also into a pipe; --raw writes the bytes unchanged.";
/** Sentences of help: the maximum size of a datagram. */
export const SIZE_LIMITS =
  `A datagram carries up to ${LARGEST_DATAGRAM.ipv4} bytes (IPv6: ${LARGEST_DATAGRAM.ipv6}, unix ` +
  `socket: ${LARGEST_DATAGRAM.unix}); longer ones are rejected, not truncated.`;

/** Reads the lines of stdin as payloads. */
export async function stdinLines({ options: { crlf, trim }, signal }: Call<ReturnType<typeof lineEnds>>) {
  const { payloadLines } = await import("../../lib/udp/internal.ts");
  return payloadLines(stdinChunks(), { end: crlf ? "crlf" : trim ? "none" : undefined, signal });
}
