import {
  clientNeeds,
  familyOf,
  kind,
  listenNeeds,
  option,
  reportListening,
  SOCKET_FILE,
  socketFileOf,
  union,
  verb,
} from "../../lib/cli/mod.ts";
import { parseAddress } from "../../lib/core/mod.ts";
import { type DatagramEvent, ECHO_LIMIT } from "../../lib/udp/internal.ts";
import { HINTS } from "./hints.ts";
import { ECHO_LAYOUT } from "./layout.ts";
import { ECHO_RECORDS } from "./records.ts";
import { count, LOOPBACK, place, shared } from "./common.ts";

/** `toucan udp echo`. */
export const echoVerb = verb({
  summary: "send every datagram back",
  hints: HINTS,
  description: "Never more than came, and never where it could start a loop or serve a forger: not to its own port " +
    "number on whatever host, not to a port below 1024 or of services such as 1900 or 11211, not to an address that is not a host, not " +
    "to a peer that sends the same again and again (1,000 times at once, then 100 per second). The records of these " +
    "are ignored and say why, --trace too. Clients of a unix socket are answered when their own sockets lie in its " +
    "folder or below.",
  operands: [place],
  options: {
    ...shared,
    ...SOCKET_FILE,
    "limit": option(count, "answer one host no more often than this per second", { default: String(ECHO_LIMIT) }),
    "count": option(count, "exit after this number of replies", { short: "n" }),
    "timeout": option(kind.duration, "stop after this long without a datagram (phase first-byte; default: never)"),
  },
  records: ECHO_RECORDS,
  examples: [
    { line: "udp echo 9000", does: "answer on this machine" },
    { line: "udp echo --count 1 --timeout 10s 9000", does: "answer one datagram, and wait 10 seconds for it at most" },
    { line: "udp echo --trace 0.0.0.0:9000", does: "answer other machines too, and show what crosses the wire" },
  ],
  layout: ECHO_LAYOUT,
  exits: [3, 4, 5],
  server: true,
  needs: ({ operands }) => union(listenNeeds(operands[0], LOOPBACK), clientNeeds(operands[0], LOOPBACK)),
  async run(call) {
    const { echoDatagrams, listeningHost } = await import("../../lib/udp/internal.ts");
    const { DatagramPrinter } = await import("./print.ts");
    const { options, operands: [operand = ""], signal, trace, output } = call;
    const { limit, count, timeout, json } = options;
    const family = familyOf(options);
    const address = parseAddress(operand, { ...LOOPBACK, host: listeningHost([], family) });
    const socketFile = socketFileOf(options, address);
    // Who only answers is fast.
    const printer = new DatagramPrinter(call);
    const onDatagrams = json ? (events: readonly DatagramEvent[]) => printer.print(events) : undefined;
    await using server = await echoDatagrams(address, {
      family,
      socketFile,
      limit,
      count,
      timeout,
      signal,
      trace,
      onDatagrams,
    });
    reportListening(output, [{ scheme: "udp", addr: server.address }]);
    const { sent, ignored } = await server.finished;
    if (!json) output.note(`${sent} sent back, ${ignored} ignored`);
  },
});
