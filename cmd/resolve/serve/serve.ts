import { errorRecord, keyPairOf, reportListening, verb } from "../../../lib/cli/mod.ts";
import { formatNetAddress, showUntrusted, toToucanError } from "../../../lib/core/mod.ts";
import { queryLine, queryRecord, SERVE_RECORDS } from "./records.ts";
import { SERVE_LAYOUT } from "./layout.ts";
import { SERVE_OPTIONS } from "./options.ts";

/** Every second response that is too many is sent truncated. */
const SLIP = 2;
/** Like responses per second to one network that is not this machine. */
const REMOTE_RATE = 1000;
/** Answers that are ready to be sent again: 128 bytes each. */
const CACHED_ANSWERS = 262_144;

/** `toucan resolve serve`. */
export const serve = verb({
  summary: "serve names over DNS, for labs and tests",
  description:
    "Answers queries over UDP and TCP, with --tls-listen and --https-listen also over TLS and HTTPS: first with the names that are given as words such as " +
    "app.test=127.0.0.1 and in hosts files, then from the zones of --zone with authority, then by --forward. For other names the status is " +
    "REFUSED.\n\n" +
    "Clients on other machines are only answered with --allow.\n\n" +
    "To look up a name that is spelled like this verb, end it with a dot: serve.",
  operands: [{ metavar: "NAME=ADDRESS", help: "names and their addresses", many: true, optional: true }],
  options: SERVE_OPTIONS,
  records: SERVE_RECORDS,
  examples: [
    { line: "resolve serve app.test=127.0.0.1", does: "serve a name to this machine, on port 1053" },
    { line: "resolve serve --zone example.test.zone --log", does: "serve a zone, and print each query" },
    { line: "resolve serve --forward system app.test=127.0.0.1", does: "override a name, and forward all others" },
    {
      line: "resolve serve --fault 'app.test=delay:2s' app.test=127.0.0.1",
      does: "test how a client handles a slow server",
    },
  ],
  layout: SERVE_LAYOUT,
  exits: [5],
  server: true,
  needs: () => ({ net: true }),
  async run(call) {
    const { options, output, signal } = call;
    const { forwarder, nameTable, sourcesInOrder, tsigKeys, zoneStore } = await import("./sources.ts");
    const { checkReach, Faults, loadHttps, RateLimit, RunningServer } = await import("../../../lib/dns/internal.ts");
    const { NetworkList } = await import("../../../lib/core/mod.ts");
    const { host, port, allow, json, log } = options;
    const [tlsListen, httpsListen] = [options["tls-listen"], options["https-listen"]];
    const secured = [tlsListen, httpsListen].filter((address) => address !== undefined);
    checkReach({ hosts: [host, ...secured.map(({ host }) => host)], allow, recursive: options.forward.length > 0 });
    const own = [{ hostname: host, port }, ...secured.map((address) => ({ ...address, hostname: address.host }))];
    const [names, zones, keys] = [nameTable(call), zoneStore(call), await tsigKeys(call)];
    await using forwards = await forwarder(call, own);
    const rate = options["rate-limit"];
    const [first] = secured;
    const certificate = first && await keyPairOf({ ...options, host: first.host }, { output, signal });
    await using server = new RunningServer({ transport: "ip", host, port }, {
      sources: sourcesInOrder(call, names, zones, forwards),
      recursive: forwards !== undefined,
      transfers: [zones],
      access: new NetworkList(["loopback", ...allow]),
      transferAccess: new NetworkList(options.transfer),
      keys,
      faults: options.fault.length > 0 ? new Faults(options.fault.flat(), options["fault-seed"]) : undefined,
      rateLimit: rate === 0 ? undefined : new RateLimit(rate ?? REMOTE_RATE, SLIP),
      unlimited: new NetworkList(rate === undefined ? ["loopback"] : []),
      nsid: options.nsid,
      tls: tlsListen && certificate && { address: tlsListen, certificate },
      https: httpsListen && certificate && { address: httpsListen, certificate, serve: await loadHttps() },
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
      onError: (error, { question: { name, type } }) => {
        output.note(`cannot answer ${name} ${type}: ${showUntrusted(toToucanError(error).message)}`);
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
      ...(server.httpsAddr
        ? [{ scheme: "https", addr: formatNetAddress(server.httpsAddr), path: "/dns-query", pin }]
        : []),
    ]);
    const known = call.operands.length + options.zone.length + options.hosts.length + options.forward.length;
    if (known === 0 && !json) output.note("no names, zones or servers are given: every query is refused");
    await server.finished;
  },
});
