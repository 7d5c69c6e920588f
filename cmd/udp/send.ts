import {
  addressNeeds,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  familyOf,
  kind,
  list,
  option,
  pathNeeds,
  union,
  verb,
} from "../../lib/cli/mod.ts";
import { type Address, parseAddress, toBytes } from "../../lib/core/mod.ts";
import { LARGEST_DATAGRAM, parseDatagramSize } from "../../lib/udp/internal.ts";
import { HINTS } from "./hints.ts";
import { SEND_LAYOUT } from "./layout.ts";
import { SEND_RECORDS } from "./records.ts";
import { count, displayOptions, lineEnds, OUTPUT_FORMAT, SIZE_LIMITS, stdinLines } from "./common.ts";

const from = {
  ...kind.parsed(
    "HOST[:PORT]",
    "HOST[:PORT], [V6][:PORT] or unix:/path",
    (text) => parseAddress(text, { port: 0, anyPort: true }),
  ),
  complete: kind.UNIX,
};

const size = kind.parsed(
  "SIZE",
  `a size up to ${LARGEST_DATAGRAM.ipv4} (IPv6: ${LARGEST_DATAGRAM.ipv6})`,
  parseDatagramSize,
);

/** Distinguishes the unix sockets of this process from those of others. */
const SOCKET_SUFFIX = crypto.randomUUID().slice(0, 8);

/** Returns the path at which replies through a unix socket are received, next to the peer's; nothing for IP addresses. */
function replyPath(to: Address): Address | undefined {
  return to.transport === "unix" ? { transport: "unix", path: `${to.path}.${SOCKET_SUFFIX}` } : undefined;
}

/** `toucan udp send`. */
export const sendVerb = verb({
  summary: "send datagrams, and wait for replies",
  hints: HINTS,
  description:
    `Sends each line of stdin with its line end as one datagram, or the payloads of --data or --size. ${SIZE_LIMITS} ` +
    "Only a reply shows that a datagram was received. No reply in the " +
    "time of --wait (no-reply) exits with 4; fewer replies than datagrams exit with 6, as does a line that could not " +
    "be sent among others that were.\n\n" +
    "Only datagrams from the address and port that was sent to count as replies; others are ignored. From a multicast " +
    "group or a broadcast address (255.255.255.255, or one that ends in .255) replies of any host count. For a name, the first " +
    "address is used, for localhost the IPv4 one. A multicast group is reached in this network only, through the interface " +
    "with the address of --from. For replies through a unix socket the sender binds to a path of its own " +
    `next to the peer's, unless --from is given.\n\n${OUTPUT_FORMAT}`,
  operands: [{ metavar: "ADDRESS", help: "HOST:PORT, [V6]:PORT or unix:/path", kind: kind.address("ADDRESS") }],
  options: {
    ...displayOptions,
    ...lineEnds({}),
    "data": list(kind.text("TEXT"), "send this as one datagram instead of stdin, without a line end", {
      without: ["crlf", "trim"],
      because: "--data is sent unchanged",
    }),
    "size": option(size, "send a datagram of this size with a test pattern instead of stdin", {
      without: ["data", "crlf", "trim"],
      because: "--size sends a test pattern",
    }),
    "count": option(count, "number of datagrams for each --data, or of --size (default: 1)", {
      short: "n",
      with: ["data", "size"],
    }),
    "interval": option(kind.duration, "time between two datagrams"),
    "rate": option(kind.rate, "limit the rate"),
    "from": option(from, "source address", { needs: pathNeeds }),
    "wait": option(kind.duration, "time to wait for replies after the last datagram (phase first-byte)", {
      short: "w",
    }),
    "replies": option(count, "number of replies to wait for (default: one for each datagram)", { with: ["wait"] }),
    "timeout": option(kind.duration, "limit for the lookup of the name (phase resolve)", { default: "10s" }),
  },
  records: SEND_RECORDS,
  examples: [
    { line: "udp send --wait 1s --data hello 192.0.2.7:7", does: "send a datagram, and print the reply" },
    { line: "udp send --data one --data two 192.0.2.7:9000", does: "send two datagrams, in this order" },
    { line: "udp send --trim 192.0.2.7:8125 < metrics", does: "send each line as a datagram" },
    {
      line: "udp send --size 1k --count 100 --rate 1M/s [2001:db8::7]:9000",
      does: "send 100 datagrams at a limited rate",
    },
  ],
  layout: SEND_LAYOUT,
  exits: [3, 4, 5, 6],
  waits: true,
  needs: ({ operands: [operand = ""], options }) =>
    union(addressNeeds(operand), options.from ? {} : pathNeeds(replyPath(parseAddress(operand)))),
  async run(call) {
    const { pattern, repeated, sendDatagrams } = await import("../../lib/udp/internal.ts");
    const { DatagramPrinter } = await import("./print.ts");
    const { options, operands: [operand = ""], signal, trace, output } = call;
    const address = parseAddress(operand);
    const from = options.from ?? replyPath(address);
    const { data, size, count = 1, wait, replies, interval, rate, timeout } = options;
    const given = size === undefined ? data.map(toBytes) : [pattern(size)];
    const printer = new DatagramPrinter(call);
    const codes = new Set<ExitCode>();
    try {
      const report = await sendDatagrams(address, {
        payloads: given.length > 0 ? repeated(given, count) : await stdinLines(call),
        ...{ family: familyOf(options), from, wait, replies, interval, rate, timeout, signal, trace },
        onDatagram(event) {
          if (event.error) codes.add(exitCodeOf(event.error));
          else if (event.event === "sent") codes.add(0);
          return printer.print([event]);
        },
      });
      const { expected, replies: got, sent } = report;
      if (expected === undefined || got >= expected || sent === 0) return exitCodeOfAll([...codes]);
      output.note(`toucan udp: ${got} of ${expected} replies received from ${report.peer}`);
      return 6;
    } catch (error) {
      if (signal.aborted || !options.json) throw error;
      await output.forError.record({ event: "failed", peer: operand, error: errorRecord(error) });
      return exitCodeOf(error);
    }
  },
});
