import { kind } from "./finding.ts";
import { RESOLVER_FINDINGS } from "./resolvers.ts";

/** Data of a finding about a name that programs cannot use. */
interface Absent {
  readonly name: string;
  readonly evidence?: readonly string[];
}

const lines = ({ evidence = [] }: { readonly evidence?: readonly string[] }) => evidence;
const because = (reason?: string) => reason === undefined || reason === "" ? "" : `: ${reason}`;

/** Findings about names. */
export const NAME_FINDINGS = {
  ...RESOLVER_FINDINGS,
  "name-found": kind<{ name: string; addresses: readonly string[] }>({
    layer: "name",
    mark: "good",
    means: "the name has addresses",
    says: ({ name, addresses }) => `${name} is ${addresses.join(", ")}`,
  }),
  "name-not-found": kind<Absent & { reason: string }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "the system finds no address of the name, and gives no reason",
    says: ({ name, reason }) => `${name} has no address: ${reason}`,
    evidence: lines,
  }),
  "lookup-timed-out": kind<{ name: string; reason: string }>({
    layer: "name",
    mark: "fault",
    blame: "timeout",
    who: "your network",
    means: "the lookup of the name did not end in time",
    says: ({ name, reason }) => `the lookup of ${name} did not end in time: ${reason}`,
  }),
  "name-does-not-exist": kind<Absent & { single: boolean; search: readonly string[] }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "the name does not exist (NXDOMAIN)",
    says: ({ name, single, search }) =>
      single
        ? `${name} does not exist: a name without a dot is found only in the hosts file or by a search list` +
          (search.length === 0 ? ", and there is none" : ` (here: ${search.join(", ")})`)
        : `${name} does not exist: check the spelling, or whether the domain has expired`,
    evidence: lines,
  }),
  "name-without-address": kind<Absent & { aliases: readonly string[] }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "the name exists, but has neither A nor AAAA records (NODATA)",
    says: ({ name, aliases }) =>
      `${name} exists, but has no address: neither A nor AAAA records` +
      (aliases.length > 1 ? ` at the end of its aliases (${aliases.join(" → ")})` : ""),
    evidence: lines,
  }),
  "name-servfail": kind<Absent & { reason?: string }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "the resolver cannot get an answer about the name (SERVFAIL)",
    says: ({ name, reason }) =>
      `the resolver gets no usable answer about ${name} (SERVFAIL)${
        because(reason)
      }; usually the name servers of the ` +
      `domain fail, or its DNSSEC signatures are not valid`,
    evidence: lines,
  }),
  "alias-dangling": kind<{ name: string; target: string; aliases: readonly string[] }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "the name is an alias of a name that does not exist",
    says: ({ name, target }) => `${name} is an alias of ${target}, which does not exist`,
    evidence: ({ aliases }) => [aliases.join(" → ")],
  }),
  "no-address-of-family": kind<{ name: string; family: number; addresses: readonly string[] }>({
    layer: "name",
    mark: "fault",
    who: "you",
    means: "the name has addresses, but none of the IP version that was asked for",
    says: ({ name, family, addresses }) =>
      addresses.length === 1 && addresses[0] === name
        ? `${name} is not an IPv${family} address, and no other is to be used`
        : `${name} has no IPv${family} address, but ${addresses.join(", ")}`,
  }),
  "lookup-disagrees": kind<{ name: string; server: string; addresses: readonly string[]; reason: string }>({
    layer: "name",
    mark: "fault",
    blame: "machine",
    who: "you",
    means: "the name servers have addresses of the name, but the system's lookup gives none to programs",
    says: ({ name, server, addresses }) =>
      `programs on this machine get no address of ${name}, although ${server} has ${addresses.join(", ")}`,
    evidence: ({ reason }) => [reason],
  }),
  "lookup-waits": kind<
    { name: string; server: string; works: string; fails: string; addresses: readonly string[]; reason: string }
  >({
    layer: "name",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "the name server has one type of address and does not answer for the other, for which programs wait",
    says: ({ name, server, works, fails }) =>
      `programs on this machine wait for ${fails} of ${name}: ${server} answers ${works}, and does not answer ${fails} at all`,
    evidence: ({ works, addresses, reason }) => [
      `${works}: ${addresses.join(", ")}`,
      reason,
      "names that have only one type of address are found late, or not",
    ],
  }),
  "name-blocked": kind<{ name: string; address: string; reason?: string }>({
    layer: "name",
    mark: "fault",
    blame: "network",
    who: "your network",
    means: "the name is given the address 0.0.0.0 or ::, as filters do",
    says: ({ name, address, reason }) =>
      `${name} is blocked: the lookup gives ${address} instead of its address${reason ? ` (${reason})` : ""}`,
  }),
  "name-blocked-here": kind<{ name: string; address: string }>({
    layer: "name",
    mark: "fault",
    blame: "machine",
    who: "you",
    means: "the hosts file gives the name the address 0.0.0.0 or ::",
    says: ({ name, address }) => `the hosts file of this machine blocks ${name}: it gives ${address}`,
  }),
  "hosts-file": kind<{ name: string; addresses: readonly string[] }>({
    layer: "name",
    mark: "note",
    means: "the address comes from the hosts file",
    says: ({ name, addresses }) => `${name} is in the hosts file of this machine: ${addresses.join(", ")}`,
  }),
  "hosts-file-override": kind<{ name: string; addresses: readonly string[]; resolvers: readonly string[] }>({
    layer: "name",
    mark: "warning",
    who: "you",
    means: "the hosts file has other addresses of the name than the name servers",
    says: ({ name, addresses }) =>
      `the hosts file of this machine sends ${name} to ${addresses.join(", ")}, which no name server has`,
    evidence: ({ resolvers }) => [`name servers: ${resolvers.join(", ")}`],
  }),
  "search-list-used": kind<{ name: string; found: string }>({
    layer: "name",
    mark: "note",
    means: "a name without a dot was found with a domain of the search list",
    says: ({ name, found }) => `${name} was found as ${found}, by the search list of this machine`,
  }),
  "search-list-surprise": kind<{ name: string; found: string; search: readonly string[] }>({
    layer: "name",
    mark: "warning",
    who: "you",
    means: "a name with dots does not exist, and programs get the address of another one by the search list",
    says: ({ name, found }) =>
      `${name} does not exist; programs on this machine get ${found} instead, by the search list: elsewhere it fails`,
    evidence: ({ search }) => [`search list: ${search.join(", ")}`],
  }),
  "system-differs": kind<{ name: string; system: readonly string[]; resolvers: readonly string[]; file: boolean }>({
    layer: "name",
    mark: "warning",
    who: "you",
    means: "programs get other addresses than the name servers have",
    says: ({ name, file }) =>
      `programs on this machine get other addresses of ${name} than its name servers have: ` +
      `by ${file ? "" : "the hosts file, "}another name service, a cache or a VPN`,
    evidence: ({ system, resolvers }) => [
      `programs: ${system.join(", ")}`,
      `name servers: ${resolvers.length === 0 ? "none" : resolvers.join(", ")}`,
    ],
  }),
  "family-denied": kind<{ name: string; server: string; works: string; fails: string }>({
    layer: "name",
    mark: "warning",
    who: "the owner of the domain",
    means: "one type of address exists, and for the other the answer is that the name does not exist",
    says: ({ name, server, works, fails }) =>
      `${server} has ${works} records of ${name}, but answers ${fails} with NXDOMAIN: some clients then use no address at all`,
  }),
  "family-fails": kind<
    { name: string; server: string; works: string; fails: string; status: string; reason?: string }
  >({
    layer: "name",
    mark: "warning",
    who: "the owner of the domain",
    means: "the question for one type of address is answered, and for the other it fails",
    says: ({ name, works, fails, status }) =>
      `${works} of ${name} works and ${fails} does not (${status}): clients that ask for both wait or fail`,
    evidence: ({ server, reason }) => [`${server}${because(reason)}`],
  }),
  "alias": kind<{ name: string; aliases: readonly string[] }>({
    layer: "name",
    mark: "good",
    means: "the name is an alias (CNAME)",
    says: ({ aliases }) => aliases.join(" → "),
  }),
  "alias-chain-long": kind<{ name: string; aliases: readonly string[] }>({
    layer: "name",
    mark: "note",
    who: "the owner of the domain",
    means: "the name is an alias of an alias, more than three times",
    says: ({ name, aliases }) => `${name} has ${aliases.length - 1} aliases on the way: each may fail and takes time`,
    evidence: ({ aliases }) => [aliases.join(" → ")],
  }),
  "ttl-short": kind<{ name: string; ttl: number }>({
    layer: "name",
    mark: "note",
    who: "the owner of the domain",
    means: "the records may be kept for less than 30 s",
    says: ({ name, ttl }) => `the addresses of ${name} may be kept for ${ttl} s only: each lookup asks again`,
  }),
  "https-record": kind<{ name: string; alpn: string }>({
    layer: "name",
    mark: "good",
    means: "the name has a record for HTTPS (RFC 9460)",
    says: ({ name, alpn }) => `${name} has an HTTPS record${alpn === "" ? "" : `, offering ${alpn}`}`,
  }),
  "https-hints-differ": kind<{ name: string; hints: readonly string[] }>({
    layer: "name",
    mark: "warning",
    who: "the owner of the domain",
    means: "addresses in the HTTPS record are not among those of the name",
    says: ({ name, hints }) =>
      `the HTTPS record of ${name} hints at ${hints.join(", ")}, which its A and AAAA records do not have: ` +
      `browsers connect there`,
  }),
  "dnssec-secure": kind<{ name: string }>({
    layer: "name",
    mark: "good",
    means: "the addresses are signed, and the signatures valid from the root down",
    says: ({ name }) => `the addresses of ${name} are signed, and valid from the root down`,
  }),
  "dnssec-insecure": kind<{ name: string; text: string }>({
    layer: "name",
    mark: "note",
    who: "the owner of the domain",
    means: "the zone is not signed",
    says: ({ name, text }) => `${name} is not signed by DNSSEC: ${text}`,
  }),
  "dnssec-bogus": kind<{ name: string; text: string; at: string; reason: string }>({
    layer: "name",
    mark: "fault",
    who: "the owner of the domain",
    means: "DNSSEC signatures are missing or not valid: resolvers that verify them answer SERVFAIL",
    says: ({ name, text }) => `${name} fails DNSSEC, and resolvers that verify it refuse the name: ${text}`,
    evidence: ({ at, reason }) => at === "" ? [reason] : [`${reason} at ${at}`],
  }),
  "dnssec-clock": kind<{ text: string }>({
    layer: "name",
    mark: "warning",
    who: "you",
    means: "the signatures of the DNS root are not valid by the clock of this machine",
    says: ({ text }) => `the clock of this machine is probably wrong: at the root of the DNS, ${text}`,
  }),
  "dnssec-unavailable": kind<{ name: string; text: string }>({
    layer: "name",
    mark: "note",
    who: "your network",
    means: "DNSSEC cannot be verified through these name servers: they return no signatures",
    says: ({ text }) => `DNSSEC cannot be verified through these name servers: ${text}`,
  }),
  "name-international": kind<{ letters: string; name: string }>({
    layer: "name",
    mark: "good",
    means: "the name has letters beyond ASCII",
    says: ({ letters, name }) => `${letters} is ${name}`,
  }),
  "name-mixes-scripts": kind<{ letters: string; name: string; scripts: readonly string[] }>({
    layer: "name",
    mark: "warning",
    who: "you",
    means: "a label of the name mixes scripts, as names do that imitate others",
    says: ({ letters, name, scripts }) =>
      `${letters} mixes ${scripts.join(" and ")} letters, and may imitate another name: it is ${name}`,
  }),
  "name-looks-like": kind<{ letters: string; name: string; looksLike: string }>({
    layer: "name",
    mark: "warning",
    who: "you",
    means: "the name looks like another one in ASCII",
    says: ({ looksLike, name }) => `the name looks like ${looksLike}, but it is ${name}: another name`,
  }),
};
