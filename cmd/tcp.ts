import {
  addressNeeds,
  ALPN,
  ANYWHERE,
  type Call,
  CLIENT_TLS,
  clientTls,
  type Command,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  FAMILY,
  familyOf,
  flag,
  impatientSink,
  kind,
  listenNeeds,
  main,
  option,
  type Output,
  PROXY,
  PROXY_VARIABLES,
  proxyOf,
  type Records,
  releasePaths,
  reportListening,
  SERVER_TLS,
  serverTls,
  SOCKET_FILE,
  socketFileOf,
  stdinChunks,
  stdoutChunks,
  terminalSink,
  type Tour,
  verb,
} from "../lib/cli/mod.ts";
import {
  formatDuration,
  ofFamily,
  parseAddress,
  parseDuration,
  parseSource,
  removeStaleSocket,
  type Security,
  SharedSource,
  showUntrusted,
} from "../lib/core/mod.ts";
import {
  type ConnectionReport,
  connectPipe,
  demonstrate,
  type ExchangeOptions,
  listenPipe,
  observers,
} from "../lib/tcp/internal.ts";
import { checkVerb } from "./tcp/check.ts";
import { CONNECT_HINTS, LISTEN_HINTS } from "./hints/tcp.ts";
import { CONNECT_RECORDS, LISTEN_RECORDS } from "./records/tcp.ts";

/** Seconds as nc takes them, where 0 is a time and a negative number is no limit. */
const seconds = kind.parsed(
  "SECONDS",
  "a number of seconds such as 0 or 2.5, a duration, or -1 for no limit",
  (text) => {
    return /^-\d+$/.test(text) ? undefined : parseDuration(text);
  },
);

const both = {
  ...FAMILY,
  "send-only": flag("only send: what comes back is thrown away"),
  "receive-only": flag("only receive: stdin is not read", { without: ["send-only"] }),
  "crlf": flag("send line feeds as CR LF", { short: "C" }),
  "hex": flag("show what crosses, both ways, as hex on stdout", { short: "x" }),
  "dump": option(kind.file, "add what crosses, both ways, as hex to this file", {
    reads: true,
    writes: true,
    startup: true,
  }),
  "raw": flag("pass control characters to a terminal"),
  "idle": option(
    kind.duration,
    "close a connection after this long without data in either direction, as an error (default: never)",
  ),
  "end-with-peer": flag("end a connection when the peer has ended its side, although stdin is open", {
    without: ["send-only"],
  }),
  "quit-after": option(
    seconds,
    "close the connection this long after the end of stdin, up to 1s later while data arrives (nc -q; default: never)",
    { short: "q", without: ["receive-only"] },
  ),
  "rate": option(kind.rate, "pass no more than this per second, each way"),
  "json": flag("one JSON record per connection, on stderr while stdout carries data"),
  "verbose": flag("write to stderr to whom it is connected", { short: "v" }),
  "trace": flag(
    "write what happens and what crosses to stderr, as text or hex (not with --broadcast), with each FIN and RST",
  ),
};

const connectVerb = verb({
  summary: "connect stdin and stdout to a server",
  hints: CONNECT_HINTS,
  description: "What stdin gives is sent, what comes is written to stdout. The end of either is passed on at once, " +
    "and the connection ends when both are done; with a terminal as stdin, when the server is.",
  operands: [{ metavar: "ADDRESS", help: "HOST:PORT, [V6]:PORT or unix:/path", kind: kind.address("ADDRESS") }],
  options: {
    ...both,
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
      "limit for connecting (phases resolve, connect, proxy, tls), and then for the wait for the first byte, without data in " +
        "either direction (phase first-byte; not with --send-only) (default: 10s for each step of connecting)",
    ),
    "wait": option(
      kind.duration,
      "limit for each step of connecting, and then end without an error after this long without data in either direction (nc -w)",
      { short: "w", without: ["timeout", "idle"] },
    ),
  },
  records: CONNECT_RECORDS,
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] },
  examples: [
    { line: "tcp connect example.com:80", does: "talk to a server by hand" },
    { line: "tcp connect --tls --crlf example.com:443", does: "the same over TLS, with the line ends that HTTP wants" },
    { line: "tcp connect --send-only 192.0.2.7:9000 < backup.tar", does: "send a file" },
  ],
  exits: [3, 4, 5],
  needs: ({ operands }) => addressNeeds(operands[0]),
  async run(call) {
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
        if (options.verbose) output.note(`connected to ${withPort(remote)}${tlsWords(security)}`);
      };
      const report = await connectPipe(address, { ...streams.exchange, ...dialling, onConnect, signal });
      return tell(report, call, streams.records);
    } catch (error) {
      if (signal.aborted || !options.json) throw error;
      streams.records.record({ event: "connection", peer: operand, error: errorRecord(error) });
      return exitCodeOf(error);
    }
  },
});

const LOOPBACK = { host: "127.0.0.1", anyPort: true };

const listenVerb = verb({
  summary: "connect stdin and stdout to a client, or to many",
  hints: LISTEN_HINTS,
  description: "Waits for a client and passes bytes both ways until both ends are done. With --keep the next one " +
    "follows; with --broadcast all are there at once, and what one end sends, all others see. The slowest end sets the " +
    "pace; one that takes nothing for 30 seconds is cut off, and stdout that takes nothing for a second misses what comes until it does. Over TLS 1.2 our end of the connection follows the client's, which would otherwise have to discard what it still sends.",
  operands: [{
    metavar: "ADDRESS",
    help: "[HOST:]PORT or unix:/path; without a host only this machine can connect",
    kind: kind.address("ADDRESS", LOOPBACK),
  }],
  options: {
    ...both,
    ...SERVER_TLS,
    ...SOCKET_FILE,
    "alpn": { ...ALPN.alpn, help: "accept these protocols in the TLS handshake, the best first" },
    "timeout": option(kind.duration, "limit for the wait for a client (phase connect; default: never)"),
    "wait": option(
      kind.duration,
      "end a connection without an error after this long without data in either direction (nc -w)",
      { short: "w", without: ["idle", "broadcast"] },
    ),
    "keep": flag("serve one client after the other", { short: "k" }),
    "broadcast": flag("serve all clients at once, and pass on to each what the others send", {
      with: ["keep"],
      without: ["end-with-peer", "quit-after"],
    }),
    "max-connections": option(kind.integer(1, 100_000), "how many clients at once", {
      default: "100",
      with: ["broadcast"],
    }),
  },
  records: LISTEN_RECORDS,
  // A datagram finds out whether the socket at a path is in use; a connection would be the one client of its server.
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"], unstable: ["net"] },
  examples: [
    { line: "tcp listen 9000", does: "wait for a client on this machine and talk to it" },
    { line: "tcp listen --keep --broadcast 0.0.0.0:9000", does: "a line on which everybody hears everybody" },
    {
      line: "tcp listen --tls --receive-only 0.0.0.0:9000 > backup.tar",
      does: "receive a file; the client pins the key",
    },
  ],
  exits: [3, 4, 5],
  server: true,
  needs: ({ operands }) => listenNeeds(operands[0], LOOPBACK),
  async run(call) {
    const { options, operands: [operand = ""], signal, trace, output } = call;
    const { keep, broadcast, timeout, wait, alpn } = options;
    const family = familyOf(options);
    const host = family === 6 ? "::1" : LOOPBACK.host;
    using streams = openStreams(call, broadcast);
    const { records, exchange } = streams;
    const tls = await serverTls(options);
    const place = await ofFamily(parseAddress(operand, { ...LOOPBACK, host }), { family, signal });
    const socketFile = socketFileOf(options, place);
    if (place.transport === "unix") await removeStaleSocket(place.path, "stream");
    await using server = listenPipe(place, {
      ...exchange,
      socketFile,
      ...{ tls, alpn, keep, broadcast, timeout, wait, signal, maxConnections: options["max-connections"] },
      trace,
      onConnect: (peer, certificate, security) => {
        if (options.verbose) output.note(`connection from ${withPort(peer)}${tlsWords(security, true)}`);
        if (keep) streams.mark(`${peer} connected`);
        const shown = certificate
          ? `, certificate ${certificate.subject} by ${certificate.issuer}, ${certificate.pin}`
          : "";
        trace?.({ direction: "*", text: `${peer} has connected${shown}` });
      },
      onReport: (report) => {
        const { peer, ended, bytesIn, bytesOut } = report;
        if (keep) streams.mark(`${peer} ended: ${ended}, ${bytesIn} bytes in, ${bytesOut} out`, !broadcast);
        if (keep || ended === "failed") tell(report, call, records);
      },
    });
    const pin = options.cert === undefined ? tls?.pin : undefined;
    reportListening(records, [{ scheme: tls ? "tls" : "tcp", addr: server.address, pin }]);
    const report = await server.finished;
    return report && !keep ? tell(report, call, records) : 0;
  },
});

/** Milliseconds for which our own end of a line on which everybody hears everybody may hold it up. */
const PATIENCE = 1000;

/** The streams of this process as an exchange takes them, and where records go beside them. */
function openStreams<R extends Records>({ options, output }: Call<typeof both, R>, broadcast = false) {
  const { hex, dump, raw, crlf, rate, idle, json } = options;
  const only: ExchangeOptions["only"] = options["send-only"] ? "send" : options["receive-only"] ? "receive" : undefined;
  const records: Output<R> = json && only === "send" && !hex ? output : output.onStderr();
  const stalled = () => output.note("toucan tcp: stdout is not read: what comes is thrown away until it is");
  const stdout = broadcast ? impatientSink(stdoutChunks(), PATIENCE, stalled) : stdoutChunks();
  const observed = observers({ hex: hex ? stdout : undefined, dump });
  releasePaths(dump);
  const shown = Deno.stdout.isTerminal() && !raw ? terminalSink(stdout) : stdout;
  const exchange: ExchangeOptions = {
    input: only === "receive" ? undefined : new SharedSource(stdinChunks()),
    output: only === "send" || hex ? undefined : shown,
    endWithPeer: options["end-with-peer"] || Deno.stdin.isTerminal(),
    quitAfter: options["quit-after"],
    observe: observed.observe,
    ...{ only, crlf, rate, idle },
  };
  const close = () => (observed[Symbol.dispose](), records.flush());
  return { exchange, records, mark: observed.mark, [Symbol.dispose]: close };
}

/** `192.0.2.7 port 80` of `192.0.2.7:80`; a unix socket as it is. */
function withPort(address: string): string {
  const [, host = address, port] = /^(?!unix:)\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return port === undefined ? showUntrusted(address) : `${host} port ${port}`;
}

function tlsWords(security: Security | undefined, server = false): string {
  if (!security) return "";
  const { verified, alpn, certificate } = security;
  const trust = server && !certificate ? "" : verified === "nothing" ? ", not verified" : `, verified by ${verified}`;
  return ` (TLS${trust}${alpn === undefined ? "" : `, ALPN ${showUntrusted(alpn)}`})`;
}

/** Says how a connection went, and what that means for the exit code. */
function tell(report: ConnectionReport, call: Call<typeof both>, records: Output<typeof CONNECT_RECORDS>): ExitCode {
  const { error, peer, bytesIn, bytesOut, ms, ended } = report;
  if (call.options.json) {
    records.record({ event: "connection", ...report, error: error && errorRecord(error) });
    records.flush();
  } else if (error) errorLines("toucan tcp", error).forEach((line) => call.output.note(line));
  else {call.trace?.({
      direction: "*",
      text: `${peer} ${ended}: ${bytesIn} bytes in, ${bytesOut} out, ${formatDuration(ms)}`,
    });}
  return error ? exitCodeOf(error) : 0;
}

const tour: Tour = {
  title: "a connection, and both its ends",
  async walk(stage) {
    stage.say("A server listens, a client connects. Each says something, and says when it has no more to say.");
    stage.command("tcp listen 9000              (one terminal)");
    stage.command("tcp connect localhost:9000   (another)");
    const [client, server] = await demonstrate({
      did: (who, what) => stage.say(`${who} ${what}`),
      said: (who, what) => stage.wire(who, who === "client" ? "server" : "client", what),
      signal: stage.signal,
    });
    stage.check(client.bytesOut === server.bytesIn && client.bytesIn === server.bytesOut, "every byte has arrived");
    stage.check(
      server.bytesOut > 0 && client.ended === "done",
      "the answer came after the client's FIN: half-close works",
    );
  },
};

/** `toucan tcp`. */
export const command: Command = {
  name: "tcp",
  summary: "connect to a TCP port, listen on one, or check which are open",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES], unstable: ["net"] },
  verbs: { connect: connectVerb, listen: listenVerb, check: checkVerb },
  tour,
};

if (import.meta.main) await main(command);
