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
import { commonOptions, count, LOOPBACK, serverAddress } from "./common.ts";

/** `toucan udp echo`. */
export const echoVerb = verb({
  summary: "send each datagram back to its sender",
  hints: HINTS,
  description:
    "Never sends more than it received, and never replies where that could start a loop or amplify a spoofed packet: not to its own port " +
    "number on any host, not to a port below 1024 or of services such as 1900 or 11211, not to an address that is not a host, not " +
    "to a peer that repeats a payload (more than 1,000 times at once, or 100 per second). Such datagrams " +
    'have a record "ignored" with the reason, and a line with --trace. Clients of a unix socket get replies if their own sockets are in its ' +
    "directory or below.",
  operands: [serverAddress],
  options: {
    ...commonOptions,
    ...SOCKET_FILE,
    "limit": option(count, "maximum number of replies per second to one host", { default: String(ECHO_LIMIT) }),
    "count": option(count, "exit after this number of replies", { short: "n" }),
    "timeout": option(kind.duration, "stop after this long without a datagram (phase first-byte; default: never)"),
  },
  records: ECHO_RECORDS,
  examples: [
    { line: "udp echo 9000", does: "echo datagrams from this machine" },
    { line: "udp echo --count 1 --timeout 10s 9000", does: "echo one datagram, and wait at most 10s for it" },
    { line: "udp echo --trace 0.0.0.0:9000", does: "echo datagrams from other machines too, and print each one" },
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
    // Without output, replies are sent without waiting for events.
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
    if (!json) output.note(`${sent} sent, ${ignored} ignored`);
  },
});
