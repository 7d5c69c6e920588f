import {
  ALPN,
  ANYWHERE,
  familyOf,
  flag,
  kind,
  listenNeeds,
  option,
  reportListening,
  SERVER_TLS,
  serverTls,
  SOCKET_FILE,
  socketFileOf,
  verb,
} from "../../lib/cli/mod.ts";
import { parseAddress } from "../../lib/core/mod.ts";
import { LISTEN_HINTS } from "./hints.ts";
import { LISTEN_LAYOUT } from "./layout.ts";
import { LISTEN_RECORDS } from "./records.ts";
import { reportConnection, tlsText, withPort } from "./report.ts";
import { CONNECTION_OPTIONS } from "./options.ts";

const LOOPBACK = { host: "127.0.0.1", anyPort: true };

/** `toucan tcp listen`. */
export const listenVerb = verb({
  summary: "connect stdin and stdout to a client, or to many",
  hints: LISTEN_HINTS,
  description:
    "Waits for a client and transfers data both ways until both sides have ended. With --keep the next client " +
    "follows; with --broadcast all are connected at once, and each one's data is sent to all others. The slowest client limits the " +
    "rate; one that reads nothing for 30 seconds is disconnected, and while stdout is not read for more than a second, received data is not written to it. Over TLS 1.2 the sending side is closed only after the client's, since an earlier close_notify makes the client discard what it still has to send.",
  operands: [{
    metavar: "ADDRESS",
    help: "[HOST:]PORT or unix:/path; without a host only this machine can connect",
    kind: kind.address("ADDRESS", LOOPBACK),
  }],
  options: {
    ...CONNECTION_OPTIONS,
    ...SERVER_TLS,
    ...SOCKET_FILE,
    "alpn": { ...ALPN.alpn, help: "application protocols to accept in the TLS handshake, in order of preference" },
    "timeout": option(kind.duration, "limit for the first client to connect (phase connect; default: none)"),
    "wait": option(
      kind.duration,
      "close a connection without an error after this long without data in either direction (nc -w)",
      { short: "w", without: ["idle", "broadcast"] },
    ),
    "keep": flag("serve clients one after the other", { short: "k" }),
    "broadcast": flag("serve all clients at once, and relay each one's data to all others", {
      with: ["keep"],
      without: ["end-with-peer", "quit-after"],
    }),
    "max-connections": option(kind.integer(1, 100_000), "maximum number of clients at once", {
      default: "100",
      with: ["broadcast"],
    }),
  },
  records: LISTEN_RECORDS,
  // Whether the socket at a path is in use is tested with a datagram: a connection would count as the server's one client.
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"], unstable: ["net"] },
  examples: [
    { line: "tcp listen 9000", does: "wait for a client on this machine and talk to it" },
    { line: "tcp listen --keep --broadcast 0.0.0.0:9000", does: "relay each client's data to all others" },
    {
      line: "tcp listen --tls --receive-only 0.0.0.0:9000 > backup.tar",
      does: "receive a file; the client pins the key",
    },
  ],
  layout: LISTEN_LAYOUT,
  exits: [3, 4, 5],
  server: true,
  needs: ({ operands }) => listenNeeds(operands[0], LOOPBACK),
  async run(call) {
    const { listenPipe } = await import("../../lib/tcp/internal.ts");
    const { ofFamily, removeStaleSocket } = await import("../../lib/core/mod.ts");
    const { openStreams } = await import("./streams.ts");
    const { options, operands: [operand = ""], signal, trace, output } = call;
    const { keep, broadcast, timeout, wait, alpn } = options;
    const family = familyOf(options);
    const host = family === 6 ? "::1" : LOOPBACK.host;
    using streams = openStreams(call, broadcast);
    const { records, exchange } = streams;
    const tls = await serverTls(options, { output, signal });
    const place = await ofFamily(parseAddress(operand, { ...LOOPBACK, host }), { family, signal });
    const socketFile = socketFileOf(options, place);
    if (place.transport === "unix") await removeStaleSocket(place.path, "stream");
    await using server = listenPipe(place, {
      ...exchange,
      socketFile,
      ...{ tls, alpn, keep, broadcast, timeout, wait, signal, maxConnections: options["max-connections"] },
      trace,
      onConnect: (peer, certificate, security) => {
        if (options.verbose) output.note(`connection from ${withPort(peer)}${tlsText(security, true)}`);
        if (keep) streams.mark(`${peer} connected`);
        const shown = certificate
          ? `, certificate ${certificate.subject} by ${certificate.issuer}, ${certificate.pin}`
          : "";
        trace?.({ direction: "*", text: `${peer} has connected${shown}` });
      },
      onReport: (report) => {
        const { peer, ended, bytesIn, bytesOut } = report;
        if (keep) streams.mark(`${peer} ended: ${ended}, ${bytesIn} bytes in, ${bytesOut} out`, !broadcast);
        if (keep || ended === "failed") reportConnection(report, call, records);
      },
    });
    const pin = options.cert === undefined ? tls?.pin : undefined;
    reportListening(records, [{ scheme: tls ? "tls" : "tcp", addr: server.address, pin }]);
    const report = await server.finished;
    return report && !keep ? reportConnection(report, call, records) : 0;
  },
});
