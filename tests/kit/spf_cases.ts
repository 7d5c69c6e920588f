import type { MailDnsLookup } from "../../lib/mail/mod.ts";

/** Records of made-up domains by type; "!" stands for a lookup that fails. */
const ZONE: Readonly<Record<string, Readonly<Record<string, readonly string[] | "!">>>> = {
  // Appendix A of RFC 7208, with other policies below.
  "example.com": { A: ["192.0.2.10", "192.0.2.11"], MX: ["mail-a.example.com", "mail-b.example.com"] },
  "amy.example.com": { A: ["192.0.2.65"] },
  "bob.example.com": { A: ["192.0.2.66"] },
  "mail-a.example.com": { A: ["192.0.2.129"] },
  "mail-b.example.com": { A: ["192.0.2.130"], AAAA: ["2001:db8::25"] },
  "mail-c.example.org": { A: ["192.0.2.140"] },
  "example.org": { MX: ["mail-c.example.org"] },
  "10.2.0.192.in-addr.arpa": { PTR: ["example.com"] },
  "65.2.0.192.in-addr.arpa": { PTR: ["amy.example.com"] },
  "140.2.0.192.in-addr.arpa": { PTR: ["mail-c.example.org"] },
  "4.0.0.10.in-addr.arpa": { PTR: ["bob.example.com"] },
  "neutral.test": { TXT: ["v=spf1 ip4:192.0.2.200"] },
  "two.test": { TXT: ["v=spf1 -all", "v=spf1 +all"] },
  "other.test": { TXT: ["v=spf10 -all", "something else"] },
  "upper.test": { TXT: ["V=SPF1 IP4:192.0.2.0/24 -ALL"] },
  "broken.test": { TXT: "!" },
  "exp.test": { TXT: ["v=spf1 -all exp=why.exp.test"] },
  "why.exp.test": { TXT: ["%{i} may not send for %{d}; see %{R}"] },
  "nobody.test": { TXT: ["v=spf1 include:none.test -all"] },
  "tempered.test": { TXT: ["v=spf1 include:broken.test -all"] },
  "inner.test": { TXT: ["v=spf1 ip4:192.0.2.1 -all"] },
  "loop.test": { TXT: ["v=spf1 include:loop.test -all"] },
  "ring.test": { TXT: ["v=spf1 redirect=ring.test"] },
  "eleven.test": { TXT: [`v=spf1 ${Array.from({ length: 11 }, () => "a:example.com").join(" ")} -all`] },
  "ten.test": { TXT: [`v=spf1 ${Array.from({ length: 10 }, () => "a:example.com").join(" ")} -all`] },
  "void.test": { TXT: ["v=spf1 a:v1.test a:v2.test a:v3.test -all"] },
  "almost.test": { TXT: ["v=spf1 a:v1.test a:v2.test -all"] },
  "crowd.test": { TXT: ["v=spf1 mx -all"], MX: Array.from({ length: 11 }, (_, i) => `m${i}.crowd.test`) },
  "ada._at.macro.test": { A: ["127.0.0.2"] },
  "macro.test": { TXT: ["v=spf1 exists:%{l}._at.%{d} -all"] },
  "a%b c%20d.test": { A: ["192.0.2.1"] },
  "1.2.0.192.in-addr.reverse.test": { A: ["127.0.0.2"] },
  "reverse.test": { TXT: ["v=spf1 exists:%{ir}.%{v}.%{d} -all"] },
  "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.reverse.test": { A: ["127.0.0.2"] },
};

/** SPF check: name, record of `case.test` unless empty, client, sender, result. */
export type SpfCase = readonly [name: string, record: string, ip: string, from: string, result: string];

/** Checks with their results by RFC 7208. */
export const SPF_CASES: readonly SpfCase[] = [
  // Appendix A.1
  ["all", "v=spf1 +all", "192.0.2.1", "ada@case.test", "pass"],
  ["a and its address", "v=spf1 a:example.com -all", "192.0.2.10", "ada@case.test", "pass"],
  ["a and another address", "v=spf1 a:example.com -all", "192.0.2.65", "ada@case.test", "fail"],
  ["a of another domain", "v=spf1 a:example.org -all", "192.0.2.10", "ada@case.test", "fail"],
  ["mx", "v=spf1 mx:example.com -all", "192.0.2.129", "ada@case.test", "pass"],
  ["mx by IPv6", "v=spf1 mx:example.com -all", "2001:db8::25", "ada@case.test", "pass"],
  ["mx and another address", "v=spf1 mx:example.com -all", "192.0.2.10", "ada@case.test", "fail"],
  ["mx of two domains", "v=spf1 mx:example.com mx:example.org -all", "192.0.2.140", "ada@case.test", "pass"],
  ["mx with a prefix", "v=spf1 mx:example.com/30 mx:example.org/30 -all", "192.0.2.131", "ada@case.test", "pass"],
  [
    "mx outside of the prefix",
    "v=spf1 mx:example.com/30 mx:example.org/30 -all",
    "192.0.2.132",
    "ada@case.test",
    "fail",
  ],
  ["ptr", "v=spf1 ptr:example.com -all", "192.0.2.10", "ada@case.test", "pass"],
  ["ptr of a host below", "v=spf1 ptr:example.com -all", "192.0.2.65", "ada@case.test", "pass"],
  ["ptr of another domain", "v=spf1 ptr:example.com -all", "192.0.2.140", "ada@case.test", "fail"],
  ["ptr whose name has another address", "v=spf1 ptr:example.com -all", "10.0.0.4", "ada@case.test", "fail"],
  ["ip4", "v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", "ada@case.test", "pass"],
  ["ip4 outside", "v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", "ada@case.test", "fail"],
  ["ip4 with prefix 0", "v=spf1 ip4:1.1.1.1/0 -all", "192.0.2.65", "ada@case.test", "pass"],
  ["ip6", "v=spf1 ip6:2001:db8::/32 -all", "2001:db8::25", "ada@case.test", "pass"],
  ["ip6 outside", "v=spf1 ip6:2001:db9::/33 -all", "2001:db8::25", "ada@case.test", "fail"],
  ["ip4 of a mapped address", "v=spf1 ip4:192.0.2.1 -all", "::ffff:192.0.2.1", "ada@case.test", "pass"],
  ["both prefixes", "v=spf1 mx:example.com/30//64 -all", "2001:db8::26", "ada@case.test", "pass"],
  // Qualifiers and defaults
  ["softfail", "v=spf1 ~all", "192.0.2.1", "ada@case.test", "softfail"],
  ["neutral", "v=spf1 ?all", "192.0.2.1", "ada@case.test", "neutral"],
  ["no mechanism", "v=spf1", "192.0.2.1", "ada@case.test", "neutral"],
  ["nothing matches", "", "192.0.2.1", "ada@neutral.test", "neutral"],
  ["the first that matches", "v=spf1 ?ip4:192.0.2.0/24 -all", "192.0.2.1", "ada@case.test", "neutral"],
  ["letters of either case", "", "192.0.2.1", "ada@upper.test", "pass"],
  ["unknown modifiers", "v=spf1 moo=1 a-b.c=%{d} -all", "192.0.2.1", "ada@case.test", "fail"],
  ["spaces between and behind", "v=spf1   -all  ", "192.0.2.1", "ada@case.test", "fail"],
  ["terms behind all", "v=spf1 -all redirect=none.test", "192.0.2.1", "ada@case.test", "fail"],
  // Selection of the record (section 4.5)
  ["no record", "", "192.0.2.1", "ada@none.test", "none"],
  ["other records", "", "192.0.2.1", "ada@other.test", "none"],
  ["two records", "", "192.0.2.1", "ada@two.test", "permerror"],
  ["a failed lookup", "", "192.0.2.1", "ada@broken.test", "temperror"],
  ["a label that is too long", "", "192.0.2.1", `ada@${"a".repeat(64)}.test`, "none"],
  ["a domain of one label", "", "192.0.2.1", "ada@localhost", "none"],
  // include and redirect
  ["include that passes", "v=spf1 include:inner.test -all", "192.0.2.1", "ada@case.test", "pass"],
  ["include that fails does not match", "v=spf1 include:inner.test ~all", "192.0.2.2", "ada@case.test", "softfail"],
  ["include of no record", "", "192.0.2.1", "ada@nobody.test", "permerror"],
  ["include of a failed lookup", "", "192.0.2.1", "ada@tempered.test", "temperror"],
  ["redirect", "v=spf1 redirect=inner.test", "192.0.2.2", "ada@case.test", "fail"],
  ["redirect to no record", "v=spf1 redirect=none.test", "192.0.2.2", "ada@case.test", "permerror"],
  ["redirect before a mechanism", "v=spf1 redirect=none.test ip4:192.0.2.2", "192.0.2.2", "ada@case.test", "pass"],
  // Limits (section 4.6.4)
  ["a record that includes itself", "", "192.0.2.1", "ada@loop.test", "permerror"],
  ["a record that redirects to itself", "", "192.0.2.1", "ada@ring.test", "permerror"],
  ["eleven terms with lookups", "", "192.0.2.1", "ada@eleven.test", "permerror"],
  ["ten terms with lookups", "", "192.0.2.1", "ada@ten.test", "fail"],
  ["three lookups without a result", "", "192.0.2.1", "ada@void.test", "permerror"],
  ["two lookups without a result", "", "192.0.2.1", "ada@almost.test", "fail"],
  ["eleven mail servers", "", "192.0.2.1", "ada@crowd.test", "permerror"],
  // Macros (section 7)
  ["local part and domain", "", "192.0.2.1", "ada@macro.test", "pass"],
  ["another local part", "", "192.0.2.1", "bob@macro.test", "fail"],
  ["reversed address", "", "192.0.2.1", "ada@reverse.test", "pass"],
  ["reversed IPv6 address", "", "2001:db8::25", "ada@reverse.test", "pass"],
  ["the right parts", "v=spf1 a:%{d1r}.example.%{o1r}.com -all", "192.0.2.1", "ada@case.test", "fail"],
  ["percent signs and spaces", "v=spf1 a:a%%b%_c%-d.test -all", "192.0.2.1", "ada@case.test", "pass"],
  ["the sender of a bounce", "v=spf1 -all", "192.0.2.1", "", "fail"],
  // Syntax errors: the record is invalid wherever they stand
  ["a prefix of 33", "v=spf1 ip4:192.0.2.1/33 +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["a prefix with a zero in front", "v=spf1 ip4:192.0.2.1/08 +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["a prefix without number", "v=spf1 a:example.com/ +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["a network without address", "v=spf1 ip4 +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["an incomplete address", "v=spf1 ip4:192.0.2 +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["an IPv6 address in ip4", "v=spf1 ip4:2001:db8::1 +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["an argument of all", "v=spf1 -all:example.com", "192.0.2.1", "ada@case.test", "permerror"],
  ["an unknown mechanism", "v=spf1 mail:example.com +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["include without domain", "v=spf1 include +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["an empty domain", "v=spf1 a: +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["a top-level label of digits", "v=spf1 a:example.123 +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["an unknown macro letter", "v=spf1 exists:%{x}.test +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["a letter of explanations", "v=spf1 exists:%{t}.test +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["a single percent sign", "v=spf1 exists:%a.test +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["no parts of a macro", "v=spf1 exists:%{d0}.test +all", "192.0.2.1", "ada@case.test", "permerror"],
  ["two redirects", "v=spf1 redirect=inner.test redirect=inner.test", "192.0.2.1", "ada@case.test", "permerror"],
  ["two explanations", "v=spf1 +all exp=why.exp.test exp=why.exp.test", "192.0.2.1", "ada@case.test", "permerror"],
  ["a qualifier of a modifier", "v=spf1 -redirect=inner.test", "192.0.2.1", "ada@case.test", "permerror"],
];

/** Returns the records for a case, as a lookup finds them. */
export function spfZone(record: string): Readonly<Record<string, Readonly<Record<string, readonly string[] | "!">>>> {
  return record === "" ? ZONE : { ...ZONE, "case.test": { TXT: [record] } };
}

/** Returns a lookup into records; it counts what it is asked. */
export function lookupIn(zone: ReturnType<typeof spfZone>): MailDnsLookup & { asked: string[] } {
  const asked: string[] = [];
  const lookup: MailDnsLookup = (name, type) => {
    asked.push(`${type} ${name}`);
    const found = zone[name.toLowerCase()]?.[type] ?? [];
    return found === "!" ? Promise.reject(new Error("server failure")) : Promise.resolve(found);
  };
  return Object.assign(lookup, { asked });
}
