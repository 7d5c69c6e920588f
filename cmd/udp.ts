import {
  addressNeeds,
  ANYWHERE,
  type Call,
  clientNeeds,
  type Command,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  FAMILY,
  familyOf,
  flag,
  kind,
  list,
  listenNeeds,
  main,
  option,
  type Output,
  pathNeeds,
  type Records,
  reportListening,
  type Rules,
  SOCKET_FILE,
  socketFileOf,
  stdinChunks,
  stdoutChunks,
  type Tour,
  union,
  verb,
} from "../lib/cli/mod.ts";
import { type Address, parseAddress } from "../lib/core/mod.ts";
import {
  type DatagramEvent,
  datagramHex,
  datagramLine,
  datagramRecord,
  demonstrateDatagrams,
  ECHO_LIMIT,
  echoDatagrams,
  LARGEST_DATAGRAM,
  listenDatagrams,
  listeningHost,
  parseDatagramSize,
  parseGroup,
  pattern,
  payloadLines,
  repeated,
  sendDatagrams,
} from "../lib/udp/internal.ts";
import { HINTS } from "./hints/udp.ts";
import { ECHO_RECORDS, LISTEN_RECORDS, SEND_RECORDS } from "./records/udp.ts";

const LOOPBACK = { host: "127.0.0.1", anyPort: true };
const place = {
  metavar: "ADDRESS",
  help: "[HOST:]PORT or unix:/path; without a host only this machine can send to it",
  kind: kind.address("ADDRESS", LOOPBACK),
};
const count = kind.integer(1, 1_000_000_000);
const from = {
  ...kind.parsed(
    "HOST[:PORT]",
    "HOST[:PORT], [V6][:PORT] or unix:/path",
    (text) => parseAddress(text, { port: 0, anyPort: true }),
  ),
  complete: kind.UNIX,
};
const peer = kind.address("HOST:PORT");
const group = kind.parsed(
  "GROUP[@INTERFACE]",
  "a group of 224.0.0.0/4 or ff00::/8, and after @ an address of the interface (IPv6: its number)",
  parseGroup,
);
const size = kind.parsed(
  "SIZE",
  `a size up to ${LARGEST_DATAGRAM.ipv4} (IPv6: ${LARGEST_DATAGRAM.ipv6})`,
  parseDatagramSize,
);

const shared = {
  ...FAMILY,
  "json": flag("one JSON record per datagram"),
  "trace": flag("write what crosses the wire to stderr"),
};
const both = {
  ...shared,
  "hex": flag("show what crosses, both ways, as hex", { short: "x", without: ["json", "raw"] }),
  "raw": flag("write what comes as it is, and nothing else, to stdout; records then go to stderr"),
};

const lineEnds = (rules: Rules) => ({
  "crlf": flag("end the lines of stdin with CR LF", { short: "C", ...rules }),
  "trim": flag("leave the line ends of stdin off", { without: ["crlf"], ...rules }),
});

const FORM = "A line shows who said what: the peer, two spaces, the text, with one line end at its end left off and " +
  "everything that could do something to a terminal escaped, also into a pipe; --raw passes the bytes.";
const LIMITS = `A datagram carries up to ${LARGEST_DATAGRAM.ipv4} bytes (IPv6: ${LARGEST_DATAGRAM.ipv6}, unix ` +
  `socket: ${LARGEST_DATAGRAM.unix}); what is longer is refused, not cut.`;

/** What tells the unix sockets of this process from those of others. */
const OWN = crypto.randomUUID().slice(0, 8);

/** Where replies through a unix socket come to, beside it; nothing for others. */
function ownEnd(to: Address): Address | undefined {
  return to.transport === "unix" ? { transport: "unix", path: `${to.path}.${OWN}` } : undefined;
}

const sendVerb = verb({
  summary: "send datagrams, and wait for replies",
  hints: HINTS,
  description:
    `Sends each line of stdin, its line end included, as one datagram, or what --data or --size say. ${LIMITS} ` +
    "That it was sent is all that can be known: whether anybody got it only a reply can tell, and no reply in the " +
    "time of --wait (no-reply) ends with 4. Fewer replies than datagrams end with 6, as does a line that could not " +
    "be sent among others that were.\n\n" +
    "A reply counts when it comes from the address and port that was sent to; others are passed over. To a multicast " +
    "group or a broadcast address (255.255.255.255, or one that ends in .255) anybody may reply. Of a name the first " +
    "address counts, of localhost the IPv4 one. A group is reached in this network only, through the interface " +
    "that --from has the address of. For replies through a unix socket the sender takes a path of its own, " +
    `beside the other unless --from names it.\n\n${FORM}`,
  operands: [{ metavar: "ADDRESS", help: "HOST:PORT, [V6]:PORT or unix:/path", kind: kind.address("ADDRESS") }],
  options: {
    ...both,
    ...lineEnds({}),
    "data": option(kind.text("TEXT"), "send this instead of stdin, without a line end", {
      without: ["crlf", "trim"],
      because: "--data is sent as it is",
    }),
    "size": option(size, "send so many bytes of a pattern instead of stdin", {
      without: ["data", "crlf", "trim"],
      because: "--size sends a pattern of its own",
    }),
    "count": option(count, "send it so often (default: once)", { short: "n", with: ["data", "size"] }),
    "interval": option(kind.duration, "let this time pass between two datagrams"),
    "rate": option(kind.rate, "send no more than this per second"),
    "from": option(from, "send from this address", { needs: pathNeeds }),
    "wait": option(kind.duration, "time to wait for replies after the last datagram (phase first-byte)", {
      short: "w",
    }),
    "replies": option(count, "so many replies are enough (default: one for each datagram)", { with: ["wait"] }),
    "timeout": option(kind.duration, "limit for the lookup of the name (phase resolve)", { default: "10s" }),
  },
  records: SEND_RECORDS,
  examples: [
    { line: "udp send --wait 1s --data hello 192.0.2.7:7", does: "send a datagram, and show the reply" },
    { line: "udp send --trim 192.0.2.7:8125 < metrics", does: "send each line as a datagram" },
    { line: "udp send --size 1k --count 100 --rate 1M/s [2001:db8::7]:9000", does: "send a hundred datagrams, evenly" },
  ],
  exits: [3, 4, 5, 6],
  waits: true,
  needs: ({ operands: [operand = ""], options }) =>
    union(addressNeeds(operand), options.from ? {} : pathNeeds(ownEnd(parseAddress(operand)))),
  async run(call) {
    const { options, operands: [operand = ""], signal, trace, output } = call;
    const address = parseAddress(operand);
    const from = options.from ?? ownEnd(address);
    const { data, size, count = 1, wait, replies, interval, rate, timeout } = options;
    const given = data === undefined ? size === undefined ? undefined : pattern(size) : new TextEncoder().encode(data);
    const tell = tellerOf(call);
    const codes = new Set<ExitCode>();
    try {
      const report = await sendDatagrams(address, {
        payloads: given ? repeated(given, count) : stdinLines(call),
        ...{ family: familyOf(options), from, wait, replies, interval, rate, timeout, signal, trace },
        onDatagram(event) {
          if (event.error) codes.add(exitCodeOf(event.error));
          else if (event.event === "sent") codes.add(0);
          return tell(event);
        },
      });
      const { expected, replies: got, sent } = report;
      if (expected === undefined || got >= expected || sent === 0) return exitCodeOfAll([...codes]);
      output.note(`toucan udp: ${got} of ${expected} replies came from ${report.peer}`);
      return 6;
    } catch (error) {
      if (signal.aborted || !options.json) throw error;
      await output.last.record({ event: "failed", peer: operand, error: errorRecord(error) });
      return exitCodeOf(error);
    }
  },
});

const listenVerb = verb({
  summary: "listen for datagrams, and answer them",
  hints: HINTS,
  description:
    "Shows each datagram that comes. With --reply each line of stdin goes back as one, to whoever has spoken " +
    "last, or to the one peer of --to. Who that is the network says: a source can be forged.\n\n" +
    "With --join and no host it listens on the group alone (IPv4), or on all addresses (IPv6, and several groups). " +
    "What the system's buffer could not hold is lost without a trace, and so is whatever of a unix datagram is beyond " +
    `256 KiB.\n\n${FORM}`,
  operands: [place],
  options: {
    ...both,
    ...lineEnds({ with: ["reply"] }),
    ...SOCKET_FILE,
    "join": list(group, "join a multicast group, on the interface with this address (IPv6: number)"),
    "reply": flag("send the lines of stdin back", { short: "r" }),
    "to": option(peer, "to this peer only, also before it has spoken", { with: ["reply"] }),
    "count": option(count, "end after so many datagrams, and with --reply at the end of stdin", { short: "n" }),
    "timeout": option(kind.duration, "stop after this long without a datagram (phase first-byte; default: never)"),
  },
  records: LISTEN_RECORDS,
  examples: [
    { line: "udp listen 9000", does: "show what is sent to a port of this machine" },
    { line: "udp listen --reply 0.0.0.0:9000", does: "talk with whoever has spoken last" },
    { line: "udp listen --join 239.1.2.3 9000", does: "hear what is sent to a group" },
    { line: "udp listen --count 1 --raw 9000 > datagram", does: "keep one datagram as it is" },
  ],
  exits: [3, 4, 5],
  server: true,
  needs: ({ operands }) => listenNeeds(operands[0], LOOPBACK),
  async run(call) {
    const { options, operands: [operand = ""], signal, trace } = call;
    const { join: groups, reply, to, count, timeout } = options;
    const family = familyOf(options);
    const address = parseAddress(operand, { ...LOOPBACK, host: listeningHost(groups, family) });
    await using server = await listenDatagrams(
      address,
      {
        family,
        socketFile: socketFileOf(options, address),
        groups,
        replies: reply ? stdinLines(call) : undefined,
        to,
        count,
        timeout,
        signal,
        trace,
        onDatagram: tellerOf(call),
      },
    );
    reportListening(recordsOf(call), [{ scheme: "udp", addr: server.address }]);
    await server.finished;
  },
});

const echoVerb = verb({
  summary: "send every datagram back",
  hints: HINTS,
  description: "Never more than came, and never where it could start a loop or serve a forger: not to its own port " +
    "number on whatever host, not to a port below 1024 or of services such as 1900 or 11211, not to what is no host, not " +
    "to a peer that sends the same again and again (1,000 times at once, then 100 per second). The records of these " +
    "are ignored and say why, --trace too. Clients of a unix socket are answered when their own sockets lie in its " +
    "folder or below.",
  operands: [place],
  options: {
    ...shared,
    ...SOCKET_FILE,
    "limit": option(count, "answer one host no more often than this per second", { default: String(ECHO_LIMIT) }),
    "count": option(count, "end after so many answers", { short: "n" }),
    "timeout": option(kind.duration, "stop after this long without a datagram (phase first-byte; default: never)"),
  },
  records: ECHO_RECORDS,
  examples: [
    { line: "udp echo 9000", does: "answer on this machine" },
    { line: "udp echo --trace 0.0.0.0:9000", does: "answer everybody, and show what crosses the wire" },
  ],
  exits: [3, 4, 5],
  server: true,
  needs: ({ operands }) => union(listenNeeds(operands[0], LOOPBACK), clientNeeds(operands[0], LOOPBACK)),
  async run(call) {
    const { options, operands: [operand = ""], signal, trace, output } = call;
    const { limit, count, timeout, json } = options;
    const family = familyOf(options);
    const address = parseAddress(operand, { ...LOOPBACK, host: listeningHost([], family) });
    const socketFile = socketFileOf(options, address);
    // Who only answers is fast.
    const onDatagram = json ? tellerOf(call) : undefined;
    await using server = await echoDatagrams(address, {
      ...{ family, socketFile, limit, count, timeout, signal, trace, onDatagram },
    });
    reportListening(output, [{ scheme: "udp", addr: server.address }]);
    const { sent, ignored } = await server.finished;
    if (!json) output.note(`${sent} sent back, ${ignored} ignored`);
  },
});

type DatagramRecords = Omit<typeof ECHO_RECORDS, "listening">;

/** The form that was asked for. */
interface Form<R extends Records> {
  readonly options: { readonly json: boolean; readonly hex?: boolean; readonly raw?: boolean };
  readonly output: Output<R>;
}

/** Where its records go. */
function recordsOf<R extends Records>({ options: { raw }, output }: Form<R>): Output<R> {
  return raw ? output.onStderr() : output;
}

/** Prints datagrams in it. */
function tellerOf(form: Form<DatagramRecords>) {
  const { options: { json, hex, raw }, output } = form;
  const [bytes, records] = [stdoutChunks(), recordsOf(form)];
  return async (event: DatagramEvent) => {
    const came = event.event === "received";
    if (json) await recordDatagram(records, event);
    else if (event.error) errorLines("toucan udp", event.error).forEach((line) => output.note(line));
    else if (hex && event.event !== "ignored") await output.write(datagramHex(event));
    else if (came && !raw) await output.write(datagramLine(event));
    if (came && raw) await bytes.write(event.bytes);
  };
}

/** Prints the record of a datagram. */
function recordDatagram(records: Output<DatagramRecords>, datagram: DatagramEvent): Promise<void> | void {
  const { event, error, reason = "" } = datagram;
  const facts = datagramRecord(datagram);
  if (event === "ignored") return records.record({ event, ...facts, reason });
  if (event !== "failed") return records.record({ event, ...facts });
  const { peer, size, ms } = facts;
  return records.record({ event, peer, size, ms, error: errorRecord(error) });
}

function stdinLines({ options: { crlf, trim }, signal }: Call<ReturnType<typeof lineEnds>>) {
  return payloadLines(stdinChunks(), { end: crlf ? "crlf" : trim ? "none" : undefined, signal });
}

const tour: Tour = {
  title: "datagrams: an echo, and one that is lost",
  async walk(stage) {
    stage.say(
      "No connection, no promise: a server sends back what comes, a client sends one datagram after the other.",
    );
    const found = await demonstrateDatagrams({
      listening(where) {
        stage.command(`udp echo ${where}`);
        stage.command(`udp send --wait 5s --data "…" ${where}`);
      },
      leaving: () =>
        stage.say("Now the server stops, and the client sends two more: one without waiting for a reply, one with."),
      crossed: (from, text) => stage.wire(from, from === "client" ? "server" : "client", text),
      signal: stage.signal,
    });
    stage.check(found.echoed.join() === found.sent.join(), "each datagram came back as it was, a whole one each time");
    stage.check(!found.noticed, "sending one to nobody looks like sending one to somebody");
    stage.show(`toucan udp: ${found.told}`);
    stage.check(
      found.told?.startsWith("no reply") === true,
      "only waiting shows it: no reply, and the tool ends with 4",
    );
  },
};

/** `toucan udp`. */
export const command: Command = {
  name: "udp",
  summary: "send datagrams, listen for them, send them back",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"], unstable: ["net"] },
  verbs: { send: sendVerb, listen: listenVerb, echo: echoVerb },
  tour,
};

if (import.meta.main) await main(command);
