import { columns, type Style } from "../../../lib/cli/mod.ts";
import { showUntrusted } from "../../../lib/core/mod.ts";
import {
  clientSubnet,
  cookies,
  type DnsMessage,
  explainErrors,
  extendedErrors,
  formatTtl,
  nsid,
  rcodeName,
  type Reply,
  type ResourceRecord,
} from "../../../lib/dns/internal.ts";

/** Form in which records are printed. */
export interface RecordForm {
  /** Whether they stand in columns, for a terminal. */
  readonly columns: boolean;
  /** Whether times to live are written as `1h2m`. */
  readonly units: boolean;
  /** Colours. */
  readonly style: Style;
}

/** Returns the lines of records as a zone file has them. */
export function recordLines(
  records: readonly ResourceRecord[],
  { columns: inColumns, units, style }: RecordForm,
): string[] {
  const rows = records.map(({ name, ttl, class: klass, type, data }) => [
    style.name(showUntrusted(name)),
    ...(ttl === undefined ? [] : [style.dim(formatTtl(ttl, units))]),
    style.dim(klass),
    style.bold(type),
    showUntrusted(data),
  ]);
  return inColumns ? columns(rows) : rows.map((words) => words.join(" "));
}

/** Returns what a response says beside its records, in one line: code, flags, server, transport and time. */
export function responseLine(reply: Reply): string {
  const { message, server } = reply;
  const flags = FLAGS.filter(([field]) => message[field]).map(([, short]) => short);
  const code = emptyAnswer(message) ? "NODATA" : rcodeName(message.rcode);
  return `; ${code}, flags ${flags.join(" ")}, ${server} ${transportOf(reply)}, ${message.size} bytes, ${reply.ms}ms`;
}

/** Returns the lines of a whole response: its head, and the records of each section. */
export function* responseLines(reply: Reply, form: RecordForm): Generator<string> {
  const { message, server, question } = reply;
  const { style } = form;
  const { questions: [asked] } = message;
  const { name, type, class: klass = "IN" } = asked ?? question;
  const code = rcodeName(message.rcode);
  const paint = code === "NOERROR" ? style.good : style.bad;
  yield `; ${style.bold(showUntrusted(`${type} ${name}`))}${klass === "IN" ? "" : ` ${klass}`}: ${paint(code)}`;
  const head = [
    `flags: ${FLAGS.filter(([field]) => message[field]).map(([, short, words]) => `${short} (${words})`).join(", ")}`,
    `server: ${server} ${transportOf(reply)}, ${message.size} bytes, ${reply.ms}ms`,
    ...ednsLines(message),
  ];
  for (const line of head) yield style.dim(`; ${showUntrusted(line)}`);
  for (const [title, records] of sectionsOf(message)) {
    if (records.length === 0) continue;
    yield style.dim(`; ${title}: ${records.length} record${records.length === 1 ? "" : "s"}`);
    yield* recordLines(records, form);
  }
}

/** The flags by their fields, with the names that dig prints and the words of RFC 1035 and 4035. */
const FLAGS = [
  ["response", "qr", "response"],
  ["authoritative", "aa", "authoritative"],
  ["truncated", "tc", "truncated"],
  ["recursionDesired", "rd", "recursion desired"],
  ["recursionAvailable", "ra", "recursion available"],
  ["authenticData", "ad", "authentic data"],
  ["checkingDisabled", "cd", "checking disabled"],
] as const;

const TRANSPORTS = { udp: "UDP", tcp: "TCP", tls: "TLS", https: "HTTPS" } as const;

function transportOf({ transport, truncated }: Reply): string {
  return `over ${TRANSPORTS[transport]}${truncated && transport === "tcp" ? " (truncated over UDP)" : ""}`;
}

function sectionsOf({ answers, authorities, additionals }: DnsMessage) {
  return [["answer", answers], ["authority", authorities], ["additional", additionals]] as const;
}

function emptyAnswer({ rcode, answers, authorities }: DnsMessage): boolean {
  return rcode === 0 && answers.length === 0 && !authorities.some(({ type }) => type === "NS");
}

function* ednsLines(message: DnsMessage): Generator<string> {
  const { edns } = message;
  if (!edns) return;
  yield `EDNS: version ${edns.version}, ${edns.udpSize} bytes over UDP${edns.dnssecOk ? ", DNSSEC OK (do)" : ""}`;
  const id = nsid(edns);
  if (id !== undefined) yield `identifier of the server: ${id}`;
  const subnet = clientSubnet(edns);
  if (subnet) yield `client subnet: ${subnet.address}/${subnet.source}, answer for /${subnet.scope}`;
  const cookie = cookies(edns);
  if (cookie) yield `cookie: ${cookie.client.toHex()}${cookie.server.toHex()}`;
  const reasons = explainErrors(extendedErrors(message));
  if (reasons !== "") yield `extended error: ${reasons}`;
}
