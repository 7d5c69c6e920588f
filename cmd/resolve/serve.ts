import { errorRecord, keyPairOf, reportListening, verb } from "../../lib/cli/mod.ts";
import { formatNetAddress, isLocalHost, showUntrusted, toToucanError, UsageError } from "../../lib/core/mod.ts";
import { queryLine, queryRecord, SERVE_RECORDS } from "./records_serve.ts";
import { SERVE_LAYOUT } from "./serve_layout.ts";
import { SERVE_OPTIONS } from "./serve_options.ts";

/** Every second response that is too many is sent truncated. */
const SLIP = 2;
const CACHED_ANSWERS = 20_000;

/** `toucan resolve serve`. */
export const serve = verb({
  summary: "serve names over DNS, for labs and tests",
  description:
    "Answers queries over UDP and TCP, with --tls-listen also over TLS. Words such as app.test=127.0.0.1 are names with their " +
    "addresses. For other names the status is REFUSED.\n\n" +
    "Beyond this machine, clients are only answered with --allow.\n\n" +
    "To look up a name that is spelled like this verb, end it with a dot: serve.",
  operands: [{ metavar: "NAME=ADDRESS", help: "names and their addresses", many: true, optional: true }],
  options: SERVE_OPTIONS,
  records: SERVE_RECORDS,
  examples: [
    { line: "resolve serve app.test=127.0.0.1", does: "serve a name to this machine, on port 1053" },
    {
      line: "resolve serve --fault 'app.test=delay:2s' app.test=127.0.0.1",
      does: "test how a client handles a slow server",
    },
  ],
  layout: SERVE_LAYOUT,
  exits: [5],
  server: true,
  needs: () => ({ net: true }),
  async run({ options, operands, output, signal }) {
    const { Faults, NameTable, RateLimit, RunningServer } = await import("../../lib/dns/internal.ts");
    const { NetworkList } = await import("../../lib/core/mod.ts");
    const { host, port, allow, json, log } = options;
    const tlsListen = options["tls-listen"];
    for (const reachable of [host, ...(tlsListen ? [tlsListen.host] : [])]) {
      if (allow.length === 0 && !isLocalHost(reachable)) {
        throw new UsageError(`cannot listen on ${reachable} without networks whose clients are answered`, {
          hint: "use --allow CIDR",
        });
      }
    }
    const names = new NameTable();
    for (const word of operands) names.addWord(word);
    const rate = options["rate-limit"];
    const certificate = tlsListen && await keyPairOf({ ...options, host: tlsListen.host });
    await using server = new RunningServer({ transport: "ip", host, port }, {
      sources: [names],
      recursive: false,
      transfers: [],
      access: new NetworkList(["loopback", ...allow]),
      transferAccess: new NetworkList([]),
      keys: [],
      faults: options.fault.length > 0 ? new Faults(options.fault.flat(), options["fault-seed"]) : undefined,
      rateLimit: rate === undefined || rate === 0 ? undefined : new RateLimit(rate, SLIP),
      nsid: options.nsid,
      tls: tlsListen && certificate && { address: tlsListen, certificate },
      maxConnections: options["max-connections"],
      perAddress: options["per-address"],
      idleMs: options.idle,
      cacheSize: CACHED_ANSWERS,
      onQuery: log
        ? (query) => {
          if (json) output.record(queryRecord(query));
          else output.line(showUntrusted(queryLine(query), { limit: 1000 }));
        }
        : undefined,
      onError: (error, { client, question: { name, type } }) => {
        const known = toToucanError(error);
        const peer = formatNetAddress({ transport: "udp", ...client });
        if (json) output.record({ event: "failed", peer, name, type, error: errorRecord(known) });
        else output.note(`cannot answer ${showUntrusted(name)} ${type}: ${showUntrusted(known.message)}`);
      },
      onRefused: ({ peer, error }) => {
        if (json) output.record({ event: "refused", peer, error: errorRecord(error) });
        else output.note(`${peer} was refused: ${showUntrusted(error.message)}`);
      },
      signal,
    });
    const pin = options.cert === undefined ? certificate?.pin : undefined;
    reportListening(output, [
      { scheme: "udp", addr: server.address },
      { scheme: "tcp", addr: server.address },
      ...(server.tlsAddr ? [{ scheme: "tls", addr: formatNetAddress(server.tlsAddr), pin }] : []),
    ]);
    await server.finished;
  },
});
