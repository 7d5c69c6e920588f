import {
  addressNeeds,
  ALPN,
  ANYWHERE,
  CLIENT_TLS,
  clientTls,
  errorRecord,
  exitCodeOf,
  familyOf,
  kind,
  option,
  PROXY,
  PROXY_VARIABLES,
  proxyOf,
  verb,
} from "../../lib/cli/mod.ts";
import { parseAddress, parseSource, type Security } from "../../lib/core/mod.ts";
import { CONNECT_HINTS } from "./hints.ts";
import { CONNECT_LAYOUT } from "./layout.ts";
import { CONNECT_RECORDS } from "./records.ts";
import { reportConnection, tlsText, withPort } from "./report.ts";
import { CONNECTION_OPTIONS } from "./options.ts";

/** `toucan tcp connect`. */
export const connectVerb = verb({
  summary: "connect stdin and stdout to a server",
  hints: CONNECT_HINTS,
  description: "Sends stdin and writes what is received to stdout. The end of either is forwarded at once, " +
    "and the connection closes when both have ended; if stdin is a terminal, when the server has.",
  operands: [{ metavar: "ADDRESS", help: "HOST:PORT, [V6]:PORT or unix:/path", kind: kind.address("ADDRESS") }],
  options: {
    ...CONNECTION_OPTIONS,
    ...CLIENT_TLS,
    ...ALPN,
    ...PROXY,
    "from": option(
      kind.parsed("ADDR[:PORT]", "an IP address of this machine, ADDR:PORT or :PORT", parseSource),
      "connect from this address and port",
      { short: "s", without: ["proxy"] },
    ),
    "timeout": option(
      kind.duration,
      "limit for connecting (phases resolve, connect, proxy, tls), and then for the first byte from the server, without data in " +
        "either direction (phase first-byte; not with --send-only) (default: 10s for each step of connecting)",
    ),
    "wait": option(
      kind.duration,
      "limit for each step of connecting, then close without an error after this long without data in either direction (nc -w)",
      { short: "w", without: ["timeout", "idle"] },
    ),
  },
  records: CONNECT_RECORDS,
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] },
  examples: [
    { line: "tcp connect example.com:80", does: "talk to a server by hand" },
    { line: "tcp connect --tls --crlf example.com:443", does: "the same over TLS, with the line ends of HTTP" },
    { line: "tcp connect --send-only 192.0.2.7:9000 < backup.tar", does: "send a file" },
  ],
  layout: CONNECT_LAYOUT,
  exits: [3, 4, 5],
  needs: ({ operands }) => addressNeeds(operands[0]),
  async run(call) {
    const { connectPipe } = await import("../../lib/tcp/internal.ts");
    const { openStreams } = await import("./streams.ts");
    const { options, operands: [operand = ""], signal, trace, output } = call;
    const address = parseAddress(operand);
    using streams = openStreams(call);
    const dialling = {
      tls: await clientTls(options, output),
      proxy: proxyOf(options, address),
      family: familyOf(options),
      from: options.from,
      timeout: options.timeout,
      connectTimeout: options.wait,
      wait: options.wait,
      firstByte: options["send-only"] ? undefined : options.timeout,
      trace,
    };
    try {
      const onConnect = (_local: string, remote: string, security?: Security) => {
        if (options.verbose) output.note(`connected to ${withPort(remote)}${tlsText(security)}`);
      };
      const report = await connectPipe(address, { ...streams.exchange, ...dialling, onConnect, signal });
      return reportConnection(report, call, streams.records);
    } catch (error) {
      if (signal.aborted || !options.json) throw error;
      streams.records.record({ event: "connection", peer: operand, error: errorRecord(error) });
      return exitCodeOf(error);
    }
  },
});
