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
import { both, count, FORM, lineEnds, LOOPBACK, place, stdinLines } from "./common.ts";

const peer = kind.address("HOST:PORT");
const group = kind.parsed(
  "GROUP[@INTERFACE]",
  "a group of 224.0.0.0/4 or ff00::/8, and after @ an address of the interface (IPv6: its number)",
  parseGroup,
);

/** `toucan udp listen`. */
export const listenVerb = verb({
  summary: "listen for datagrams, and answer them",
  hints: HINTS,
  description:
    "Shows each datagram that comes. With --reply each line of stdin is sent as one, to the peer that sent " +
    "last, or to the one peer of --to. The source address of a datagram can be forged.\n\n" +
    "With --join and no host it listens on the group alone (IPv4), or on all addresses (IPv6, and several groups). " +
    "Of a unix datagram what is beyond 256 KiB is lost.\n\n" +
    "Datagrams are received first, and printed in order, in batches a few milliseconds later. Up to 32,768 (4 MiB) wait " +
    "while stdout is not read; further ones are dropped and counted at the end. What the kernel's receive buffer cannot " +
    "hold (some 280 small datagrams on Linux) the kernel drops, and no program is told. Linux counts these in " +
    "/proc/net/udp and udp6, which the sandbox does not let the tool open: with --stats and this file as stdin " +
    "(< /proc/net/udp) the last line says how many. Senders can avoid the loss with a pause or rate limit " +
    `(toucan udp send --rate).\n\n${FORM}`,
  operands: [place],
  options: {
    ...both,
    ...lineEnds({ with: ["reply"] }),
    ...SOCKET_FILE,
    "join": list(group, "join a multicast group, on the interface with this address (IPv6: number)"),
    "reply": flag("send the lines of stdin back", { short: "r" }),
    "to": option(peer, "to this peer only, also before it has spoken", { with: ["reply"] }),
    "count": option(count, "exit after this number of datagrams, and with --reply at the end of stdin", { short: "n" }),
    "stats": flag("print at the end how many datagrams were received, printed and dropped"),
    "timeout": option(kind.duration, "stop after this long without a datagram (phase first-byte; default: never)"),
  },
  records: LISTEN_RECORDS,
  examples: [
    { line: "udp listen 9000", does: "show what is sent to a port of this machine" },
    { line: "udp listen --reply 0.0.0.0:9000", does: "reply to the peer that sent last" },
    { line: "udp listen --join 239.1.2.3 9000", does: "hear what is sent to a group" },
    { line: "udp listen --stats 9000 < /proc/net/udp", does: "say at the end what was lost, by the kernel too" },
    { line: "udp listen --count 1 --raw 9000 > datagram", does: "keep one datagram as it is" },
  ],
  layout: LISTEN_LAYOUT,
  exits: [3, 4, 5],
  server: true,
  needs: ({ operands }) => listenNeeds(operands[0], LOOPBACK),
  async run(call) {
    const { listenDatagrams, listeningHost } = await import("../../lib/udp/internal.ts");
    const { DatagramPrinter, recordsOf } = await import("./print.ts");
    const { reportEnd } = await import("./stats.ts");
    const { options, operands: [operand = ""], signal, trace } = call;
    const { join: groups, reply, to, count, timeout, stats } = options;
    const family = familyOf(options);
    // Replies go to the last sender, also while stdout is not read: then lines are left out instead.
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
        onEnd: (report) => reportEnd(call, { ...report, printed: printer.printed }),
        socketTable: stats && !reply ? stdinFileText : undefined,
      },
    );
    reportListening(recordsOf(call), [{ scheme: "udp", addr: server.address }]);
    await server.finished;
  },
});
