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
import { both, count, FORM, LIMITS, lineEnds, stdinLines } from "./common.ts";

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

/** What tells the unix sockets of this process from those of others. */
const OWN = crypto.randomUUID().slice(0, 8);

/** Where replies through a unix socket come to, beside it; nothing for others. */
function ownEnd(to: Address): Address | undefined {
  return to.transport === "unix" ? { transport: "unix", path: `${to.path}.${OWN}` } : undefined;
}

/** `toucan udp send`. */
export const sendVerb = verb({
  summary: "send datagrams, and wait for replies",
  hints: HINTS,
  description:
    `Sends each line of stdin, its line end included, as one datagram, or what --data or --size say. ${LIMITS} ` +
    "Only a reply shows that a datagram was received, and no reply in the " +
    "time of --wait (no-reply) ends with 4. Fewer replies than datagrams end with 6, as does a line that could not " +
    "be sent among others that were.\n\n" +
    "A reply counts when it comes from the address and port that was sent to; others are passed over. To a multicast " +
    "group or a broadcast address (255.255.255.255, or one that ends in .255) any host may reply. Of a name the first " +
    "address counts, of localhost the IPv4 one. A group is reached in this network only, through the interface " +
    "that --from has the address of. For replies through a unix socket the sender takes a path of its own, " +
    `beside the other unless --from names it.\n\n${FORM}`,
  operands: [{ metavar: "ADDRESS", help: "HOST:PORT, [V6]:PORT or unix:/path", kind: kind.address("ADDRESS") }],
  options: {
    ...both,
    ...lineEnds({}),
    "data": list(kind.text("TEXT"), "send this as one datagram instead of stdin, without a line end", {
      without: ["crlf", "trim"],
      because: "--data is sent as it is",
    }),
    "size": option(size, "send this number of bytes of a pattern instead of stdin", {
      without: ["data", "crlf", "trim"],
      because: "--size sends a pattern of its own",
    }),
    "count": option(count, "number of times to send it (default: 1; several --data in turn)", {
      short: "n",
      with: ["data", "size"],
    }),
    "interval": option(kind.duration, "let this time pass between two datagrams"),
    "rate": option(kind.rate, "send no more than this per second"),
    "from": option(from, "send from this address", { needs: pathNeeds }),
    "wait": option(kind.duration, "time to wait for replies after the last datagram (phase first-byte)", {
      short: "w",
    }),
    "replies": option(count, "number of replies to wait for (default: one for each datagram)", { with: ["wait"] }),
    "timeout": option(kind.duration, "limit for the lookup of the name (phase resolve)", { default: "10s" }),
  },
  records: SEND_RECORDS,
  examples: [
    { line: "udp send --wait 1s --data hello 192.0.2.7:7", does: "send a datagram, and show the reply" },
    { line: "udp send --data one --data two 192.0.2.7:9000", does: "send two datagrams, in this order" },
    { line: "udp send --trim 192.0.2.7:8125 < metrics", does: "send each line as a datagram" },
    { line: "udp send --size 1k --count 100 --rate 1M/s [2001:db8::7]:9000", does: "send a hundred datagrams, evenly" },
  ],
  layout: SEND_LAYOUT,
  exits: [3, 4, 5, 6],
  waits: true,
  needs: ({ operands: [operand = ""], options }) =>
    union(addressNeeds(operand), options.from ? {} : pathNeeds(ownEnd(parseAddress(operand)))),
  async run(call) {
    const { pattern, repeated, sendDatagrams } = await import("../../lib/udp/internal.ts");
    const { DatagramPrinter } = await import("./print.ts");
    const { options, operands: [operand = ""], signal, trace, output } = call;
    const address = parseAddress(operand);
    const from = options.from ?? ownEnd(address);
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
      output.note(`toucan udp: ${got} of ${expected} replies came from ${report.peer}`);
      return 6;
    } catch (error) {
      if (signal.aborted || !options.json) throw error;
      await output.forError.record({ event: "failed", peer: operand, error: errorRecord(error) });
      return exitCodeOf(error);
    }
  },
});
