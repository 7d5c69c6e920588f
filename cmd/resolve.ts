import {
  type Call,
  columns,
  type Command,
  errorLines,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  FAMILY,
  familyOf,
  flag,
  inputs,
  kind,
  list,
  main,
  option,
  verb,
} from "../lib/cli/mod.ts";
import { type HostPort, parseAddress, showUntrusted, UsageError } from "../lib/core/mod.ts";
import {
  DNS_PORT,
  RECORD_TYPES,
  recordWords,
  type Resolution,
  resolve,
  RESOLVER_FILE,
  RESOLVER_VARIABLES,
  ServerHealth,
  shortAnswers,
} from "../lib/dns/internal.ts";
import { HINTS } from "./resolve/hints.ts";
import { RECORDS, resolutionRecord } from "./resolve/records.ts";

const types = kind.choices("TYPE", RECORD_TYPES);
const server = kind.parsed("HOST[:PORT]", "HOST[:PORT], V6 or [V6]:PORT", (text): HostPort => {
  const address = parseAddress(text, { port: DNS_PORT });
  if (address.transport !== "ip") throw new UsageError(`"${text}" is no name server`);
  return address;
});

const ADDRESSES = { without: ["type"], because: "--type A or AAAA says it" } as const;
const ASKED = { with: ["type", "server"], because: "the system asks in its own way" } as const;

const options = {
  "type": list(
    { ...types, parse: (text) => [...new Set(types.parse(text.toUpperCase()))] },
    `records to ask for: one or several of ${RECORD_TYPES.join(",")}`,
    {
      short: "t",
    },
  ),
  "server": list(
    server,
    "the server to ask, port 53 unless given (default: the system's); of several, the next where one does not answer",
    {
      short: "s",
    },
  ),
  "ipv4": { ...FAMILY.ipv4, ...ADDRESSES },
  "ipv6": { ...FAMILY.ipv6, ...ADDRESSES, without: ["ipv4", "type"] },
  "tcp": flag("ask over TCP at once, not only for what does not fit into a datagram", ASKED),
  "attempts": option(
    kind.integer(1, 10),
    "ask each server so often before giving it up (default: the system's, or 2)",
    ASKED,
  ),
  "timeout": option(kind.duration, "limit for an input, all servers and attempts included (phase resolve)", {
    default: "15s",
  }),
  "json": flag("one JSON record per input, with --type one per input and type"),
  "trace": flag("write what crosses the wire to stderr"),
};

/** The system's file and the variables that add to it. */
const SYSTEM_NEEDS = { net: true, read: [RESOLVER_FILE], env: RESOLVER_VARIABLES };

const resolveVerb = verb({
  summary: "look up the addresses of names, the names of addresses, or any records",
  hints: HINTS,
  description: "Prints the addresses of a name as programs on this machine get them, hosts file and search list " +
    "included, and the name of an address (with several inputs, each line begins with the input). " +
    "With --server that server is asked instead.\n\n" +
    "With --type prints records as a zone file has them: name, TTL, class, type, data. A name in the data is " +
    "absolute, \\DDD is a byte that cannot be printed. An address stands for its name below in-addr.arpa or ip6.arpa. " +
    "Servers, search list and options come from /etc/resolv.conf, LOCALDOMAIN and RES_OPTIONS, read as the C library " +
    "reads them; the hosts file is not used. Without the permission to read it the runtime's own resolver is asked, " +
    "which tells neither TTL nor status. " +
    "A name without a dot at its end is relative: one with fewer dots than ndots (1 unless set) is tried with the " +
    "domains of the search list first and then as it is, others the other way round; the first that has such records " +
    "counts. A domain that is refused (REFUSED) ends the search list. " +
    "With --server every name is taken as it is.\n\n" +
    "A name that does not exist (name-not-found) and one without such records (no-data) end with 1; a server that " +
    "fails (server-failed), refuses (query-refused) or only names other servers (referral) with 3; no answer with 4. " +
    "A server that is silent for 300ms and refuses a TCP connection is not running (connection-refused, 3). " +
    "One that let a query time out is asked after the others for 5s. " +
    "Addresses of one family are printed although the query for the other failed: a warning, exit 0. Servers that " +
    "have addresses where the system's lookup finds none are an error (lookup-disagrees, 3).",
  operands: [{ metavar: "NAME", help: "names or addresses", many: true, batch: true }],
  options,
  records: RECORDS,
  examples: [
    { line: "resolve example.com", does: "its addresses, as programs on this machine get them" },
    { line: "resolve 192.0.2.7", does: "the name of an address" },
    { line: "resolve --type MX,TXT example.com", does: "where its mail goes, and what it says about itself" },
    { line: "resolve --server 192.0.2.53 --type SOA --json - < names.txt", does: "a record per name, failures too" },
  ],
  exits: [1, 3, 4, 5, 6],
  needs: ({ options: { server } }) => server.length > 0 ? { net: true } : SYSTEM_NEEDS,
  async run(call) {
    const { operands, signal, trace } = call;
    const { server, attempts, timeout, tcp } = call.options;
    const types = [...new Set(call.options.type.flat())];
    const family = familyOf(call.options);
    const several = operands.length !== 1 || operands[0] === "-";
    const codes: ExitCode[] = [];
    const health = new ServerHealth();
    for await (const { text, problem } of inputs(operands, "NAME", { limit: LONGEST, comments: true })) {
      if (problem) {
        const error = new UsageError(`"${text.slice(0, 60)}" is no domain name`, { code: "invalid-name" });
        codes.push(tell({ input: text, name: text, type: "", answers: [], ms: 0, error }, call, several));
        continue;
      }
      const asking = {
        ...{ types: types.length > 0 ? types : undefined, server: server.length > 0 ? server : undefined, family },
        attempts,
        tcp: tcp || undefined,
        timeout,
        signal,
        trace,
        health,
      };
      for await (const found of resolve(text, asking)) codes.push(tell(found, call, several));
      call.output.flush();
    }
    return exitCodeOfAll(codes);
  },
});

/** Bytes that a line may have: every byte of the longest name may be an escape. */
const LONGEST = 1024;

/** Prints what was found out, and says what it means for the exit code. */
function tell(found: Resolution, call: Call<typeof options, typeof RECORDS>, several: boolean): ExitCode {
  const { output } = call;
  const { error, answers, failures = [] } = found;
  if (call.options.json) {
    output.record(resolutionRecord(found));
    return error ? exitCodeOf(error) : 0;
  }
  const rows = call.options.type.length > 0
    ? answers.map(recordWords)
    : shortAnswers(found).map((answer) => several ? [found.input, answer] : [answer]);
  const lines = output.terminal ? columns(rows) : rows.map((words) => words.join(" "));
  for (const line of lines) output.line(showUntrusted(line));
  for (const { type, error } of failures) {
    output.note(`toucan resolve: warning: no ${type} of ${showUntrusted(found.input)}: ${error.message}`);
  }
  if (error) errorLines("toucan resolve", error).forEach((line) => output.note(line));
  return error ? exitCodeOf(error) : 0;
}

/** `toucan resolve`. */
export const command: Command = {
  name: "resolve",
  summary: "look up names, addresses and DNS records",
  permissions: { net: true, read: [RESOLVER_FILE], env: ["TOUCAN_*", ...RESOLVER_VARIABLES], unstable: ["net"] },
  verb: resolveVerb,
};

if (import.meta.main) await main(command);
