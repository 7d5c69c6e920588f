import { kind } from "./finding.ts";

const lines = ({ evidence }: { readonly evidence: readonly string[] }) => evidence;
const because = (reason?: string) => reason === undefined || reason === "" ? "" : `: ${reason}`;

/** Findings about name servers. */
export const RESOLVER_FINDINGS = {
  "resolvers-silent": kind<{ servers: readonly string[]; evidence: readonly string[] }>({
    layer: "name",
    mark: "fault",
    blame: "timeout",
    who: "your network",
    means: "no name server answers",
    says: ({ servers }) =>
      servers.length === 1
        ? `the name server ${servers[0]} does not answer: no name can be looked up`
        : `none of the name servers answers (${servers.join(", ")}): no name can be looked up`,
    evidence: lines,
  }),
  "resolvers-unreachable": kind<{ servers: readonly string[]; evidence: readonly string[] }>({
    layer: "name",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "no name server can be reached",
    says: ({ servers }) => `no name server can be reached (${servers.join(", ")}): no name can be looked up`,
    evidence: lines,
  }),
  "local-resolver-dead": kind<{ servers: readonly string[]; evidence: readonly string[] }>({
    layer: "name",
    mark: "fault",
    blame: "machine",
    who: "you",
    means: "the name server that this machine is to run itself does not answer, also where none is configured",
    says: ({ servers }) =>
      `the name server of this machine (${servers.join(", ")}) does not run: no name can be looked up. Start it, or ` +
      `configure another one; without any in /etc/resolv.conf, programs ask 127.0.0.1`,
    evidence: lines,
  }),
  "resolvers-deny-all": kind<{ servers: readonly string[]; status: string; evidence: readonly string[] }>({
    layer: "name",
    mark: "fault",
    blame: "machine",
    who: "your network",
    means: "the name servers of this machine look nothing up: they deny or refuse even the root",
    says: ({ servers, status }) =>
      `${servers.join(", ")} ${
        servers.length === 1 ? "looks" : "look"
      } nothing up: ${status} even for the root of the ` +
      `DNS, which exists`,
    evidence: lines,
  }),
  "resolvers-malformed": kind<{ name: string; servers: readonly string[]; evidence: readonly string[] }>({
    layer: "name",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "what the name servers answer cannot be read",
    says: ({ name, servers }) =>
      `the answer about ${name} cannot be read (from ${
        servers.join(", ")
      }): a faulty name server, or something on the way that changes answers`,
    evidence: lines,
  }),
  "resolvers-refuse": kind<{ name: string; servers: readonly string[]; evidence: readonly string[] }>({
    layer: "name",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "the name servers refuse to answer",
    says: ({ name, servers }) =>
      `${servers.join(", ")} ${servers.length === 1 ? "refuses" : "refuse"} to answer about ${name}: ` +
      `not meant for this client, or not a resolver`,
    evidence: lines,
  }),
  "resolvers-without-root": kind<
    { name: string; status: string; servers: readonly string[]; evidence: readonly string[] }
  >({
    layer: "name",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "the name servers deny even the root, which every resolver knows: nothing is known of the name",
    says: ({ name, status, servers }) =>
      `${servers.join(", ")} ${
        servers.length === 1 ? "answers" : "answer"
      } ${status} for ${name}, but for the root of ` +
      `the DNS, too, which exists: only some names or none are looked up there, so this does not tell whether ${name} exists`,
    evidence: lines,
  }),
  "resolver-file-unreadable": kind<{ reason: string }>({
    layer: "name",
    mark: "fault",
    blame: "machine",
    who: "you",
    means: "the system's resolver file is not one, such as a folder or a FIFO, or reading it fails",
    says: ({ reason }) => `${reason}: programs of this machine do not know which name servers to ask`,
  }),
  "resolvers-not-permitted": kind({
    layer: "name",
    mark: "note",
    means: "the system's resolver file cannot be read by this run",
    says: () => "name servers: not permitted (read permission of /etc/resolv.conf); only the system's lookup was used",
  }),
  "resolver-answers": kind<{ server: string; status: string; data: readonly string[] }>({
    layer: "name",
    mark: "good",
    means: "a name server answers",
    says: ({ server, status, data }) => `${server}: ${data.length === 0 ? status : data.join(", ")}`,
  }),
  "resolver-silent": kind<{ server: string; ms: number; others: boolean }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server does not answer",
    says: ({ server, ms, others }) =>
      `the name server ${server} does not answer (waited ${ms} ms)` +
      (others ? ": lookups that ask it first wait for seconds before they ask the next" : ""),
  }),
  "resolver-unreachable": kind<{ server: string; reason: string }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server cannot be reached",
    says: ({ server, reason }) => `the name server ${server} cannot be reached${because(reason)}`,
  }),
  "resolver-malformed": kind<{ server: string; reason: string }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server sends what cannot be read as an answer",
    says: ({ server, reason }) => `the name server ${server} sends no valid answer${because(reason)}`,
  }),
  "resolver-refuses": kind<{ server: string; name: string }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server refuses to answer",
    says: ({ server, name }) => `the name server ${server} refuses to answer about ${name}`,
  }),
  "resolver-slow": kind<{ server: string; ms: number }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server takes long to answer",
    says: ({ server, ms }) => `the name server ${server} is slow: ${ms} ms`,
  }),
  "resolver-denies-name": kind<{ name: string; server: string; other: string; reason?: string }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server answers that the name does not exist, and another has addresses of it",
    says: ({ name, server, other, reason }) =>
      `according to ${server}, ${name} does not exist, while ${other} has addresses${because(reason)}: ` +
      `it depends on which one is asked`,
  }),
  "resolver-filters": kind<{ name: string; server: string; reason: string }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server reports that it filters the name (RFC 8914)",
    says: ({ name, server, reason }) => `the name server ${server} filters ${name}: ${reason}`,
  }),
  "resolvers-differ": kind<{ name: string; evidence: readonly string[] }>({
    layer: "name",
    mark: "note",
    means: "name servers have different addresses of the name, as with content networks; or one of them lies",
    says: ({ name }) => `the name servers have different addresses of ${name}: a content network, or one of them lies`,
    evidence: lines,
  }),
  "split-horizon": kind<{ name: string; evidence: readonly string[] }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "one name server has private addresses of the name, and another public ones",
    says: ({ name }) => `${name} has a private address at one name server and a public one at another: split horizon`,
    evidence: lines,
  }),
  "resolver-works": kind<{ server: string; ms: number }>({
    layer: "name",
    mark: "good",
    means: "a name server knows the root",
    says: ({ server, ms }) => `${server} answers in ${ms} ms`,
  }),
  "resolver-without-root": kind<{ server: string; status: string }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server does not answer for the root, which every resolver knows",
    says: ({ server, status }) =>
      `${server} does not know the root (${status}): it looks nothing up, or only some names`,
  }),
  "nxdomain-hijacked": kind<{ server: string; name: string; addresses: readonly string[] }>({
    layer: "name",
    mark: "warning",
    who: "your network",
    means: "a name server gives addresses for names that cannot exist, as captive portals and some providers do",
    says: ({ server, addresses }) =>
      `${server} gives ${addresses.join(", ")} for names that cannot exist: a captive portal (open a web page to log ` +
      `in), or a provider that redirects`,
    evidence: ({ name }) => [`asked for ${name}`],
  }),
  "clock-implausible": kind<{ now: string; from: string; until: string }>({
    layer: "name",
    mark: "fault",
    blame: "machine",
    who: "you",
    means: "the clock of this machine is outside the validity of the signatures of the DNS root",
    says: ({ now, from, until }) =>
      `the clock of this machine is wrong: it is ${now}, but the root of the DNS is signed from ${from} until ${until}`,
  }),
  "clock-plausible": kind<{ from: string; until: string }>({
    layer: "name",
    mark: "good",
    means: "the clock of this machine is within the validity of the signatures of the DNS root",
    says: ({ from, until }) => `the clock is between ${from} and ${until}, as the signatures of the DNS root require`,
  }),
  "clock-unknown": kind({
    layer: "name",
    mark: "note",
    means: "no name server returned signatures to compare the clock with",
    says: () => "clock: not checked, as no name server returned signatures of the root to compare it with",
  }),
};
