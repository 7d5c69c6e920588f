import {
  familyOf,
  flag,
  kind,
  list,
  listenNeeds,
  option,
  reportListening,
  SOCKET_FILE,
  socketFileOf,
  stdinFileText,
  verb,
} from "../../lib/cli/mod.ts";
import { parseAddress } from "../../lib/core/mod.ts";
import { parseGroup } from "../../lib/udp/internal.ts";
import { HINTS } from "./hints.ts";
import { LISTEN_LAYOUT } from "./layout.ts";
import { LISTEN_RECORDS } from "./records.ts";
import { count, displayOptions, lineEnds, LOOPBACK, OUTPUT_FORMAT, serverAddress, stdinLines } from "./common.ts";

const peer = kind.address("HOST:PORT");
const group = kind.parsed(
  "GROUP[@INTERFACE]",
  "a group of 224.0.0.0/4 or ff00::/8, and after @ an address of the interface (IPv6: its index)",
  parseGroup,
);

/** `toucan udp listen`. */
export const listenVerb = verb({
  summary: "receive datagrams, and reply to them",
  hints: HINTS,
  description:
    "Prints each datagram received. With --reply each line of stdin is sent as a datagram to the peer that sent " +
    "last, or to the peer of --to. The source address of a datagram can be forged.\n\n" +
    "With --join and no host it listens on the group alone (IPv4), or on all addresses (IPv6, and several groups). " +
    "Unix datagrams are truncated to 256 KiB.\n\n" +
    "Datagrams are printed in order, in batches a few milliseconds after they were received. Up to 32,768 (4 MiB) wait " +
    "for stdout to be read; further ones are dropped, and their number is printed at the end. What the kernel's receive buffer cannot " +
    "hold (about 280 small datagrams on Linux) the kernel drops without notice. Linux counts these in " +
    "/proc/net/udp and udp6, which the sandbox does not let the tool open: with --stats and this file as stdin " +
    "(< /proc/net/udp) their number is part of the last line. Senders can avoid the loss with a pause or rate limit " +
    `(toucan udp send --rate).\n\n${OUTPUT_FORMAT}`,
  operands: [serverAddress],
  options: {
    ...displayOptions,
    ...lineEnds({ with: ["reply"] }),
    ...SOCKET_FILE,
    "join": list(group, "join a multicast group, on the interface with this address (IPv6: index)"),
    "reply": flag("send the lines of stdin as replies", { short: "r" }),
    "to": option(peer, "reply to this peer only, also before it has sent anything", { with: ["reply"] }),
    "count": option(count, "exit after this number of datagrams, and with --reply at the end of stdin", { short: "n" }),
    "stats": flag("print the numbers of received, printed and dropped datagrams at the end"),
    "timeout": option(kind.duration, "time out after this long without a datagram (phase first-byte; default: never)"),
  },
  records: LISTEN_RECORDS,
  examples: [
    { line: "udp listen 9000", does: "print datagrams sent to a port from this machine" },
    { line: "udp listen --reply 0.0.0.0:9000", does: "reply to the peer that sent last" },
    { line: "udp listen --join 239.1.2.3 9000", does: "receive datagrams sent to a multicast group" },
    {
      line: "udp listen --stats 9000 < /proc/net/udp",
      does: "print the numbers of datagrams at the end, with those dropped by the kernel",
    },
    { line: "udp listen --count 1 --raw 9000 > datagram", does: "save one datagram unchanged" },
  ],
  layout: LISTEN_LAYOUT,
  exits: [3, 4, 5],
  server: true,
  needs: ({ operands }) => listenNeeds(operands[0], LOOPBACK),
  async run(call) {
    const { listenDatagrams, listeningHost } = await import("../../lib/udp/internal.ts");
    const { DatagramPrinter, recordsOf } = await import("./print.ts");
    const { reportStats } = await import("./stats.ts");
    const { options, operands: [operand = ""], signal, trace } = call;
    const { join: groups, reply, to, count, timeout, stats } = options;
    const family = familyOf(options);
    // With --reply, the last sender must be known even while stdout is not read: then lines are dropped instead.
    const printer = new DatagramPrinter(call, { waits: !reply });
    const address = parseAddress(operand, { ...LOOPBACK, host: listeningHost(groups, family) });
    await using server = await listenDatagrams(
      address,
      {
        family,
        socketFile: socketFileOf(options, address),
        groups,
        replies: reply ? await stdinLines(call) : undefined,
        to,
        count,
        timeout,
        signal,
        trace,
        onDatagrams: (events) => printer.print(events),
        onEnd: (report) => reportStats(call, { ...report, printed: printer.printed }),
        socketTable: stats && !reply ? stdinFileText : undefined,
      },
    );
    reportListening(recordsOf(call), [{ scheme: "udp", addr: server.address }]);
    await server.finished;
  },
});
