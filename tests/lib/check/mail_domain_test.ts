import type { AnswerTable, NameServer } from "../../../lib/dns/mod.ts";
import { answering } from "../../../lib/dns/mod.ts";
import type { CheckTargetOptions } from "../../../lib/check/mod.ts";
import { type CheckSetup, testSetups } from "../../kit/check_setup.ts";
import { freePort, freeUdpPort } from "../../kit/port.ts";
import { response, scriptedServer } from "../../kit/scripted_dns.ts";
import { smtpServer } from "../../kit/scripted_smtp.ts";

const texts = (...lines: readonly string[]) => lines.map((line) => ({ data: JSON.stringify(line) }));
const KEY = crypto.getRandomValues(new Uint8Array(32)).toBase64();

/** A domain in which everything is as it should be. */
const GOOD: AnswerTable = {
  ".": { NS: [{ data: "a.root-servers.test." }] },
  "a.test.": { MX: [{ data: "10 mx.a.test." }], TXT: texts("v=spf1 mx -all") },
  "mx.a.test.": { A: [{ data: "127.0.0.1" }] },
  "1.0.0.127.in-addr.arpa.": { PTR: [{ data: "mx.a.test." }] },
  "_dmarc.a.test.": { TXT: texts("v=DMARC1; p=reject; rua=mailto:dmarc@a.test") },
  "s1._domainkey.a.test.": { TXT: texts(`v=DKIM1; k=ed25519; p=${KEY}`) },
  "_smtp._tls.a.test.": { TXT: texts("v=TLSRPTv1; rua=mailto:tls@a.test") },
};

/** Returns an RSA key as a record has it. */
async function rsaKey(modulusLength: number): Promise<string> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength,
    publicExponent: Uint8Array.of(1, 0, 1),
  };
  const { publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  return new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)).toBase64();
}

/** A domain that differs from it, and what must be found. */
function domain(
  name: string,
  changes: AnswerTable,
  { target = "mail:a.test", alone = false, ...expected }:
    & Pick<CheckSetup, "broken" | "codes" | "without">
    & { readonly target?: string; readonly alone?: boolean },
  options: CheckTargetOptions | ((port: number) => CheckTargetOptions) = {},
): CheckSetup {
  return {
    name: `mail domain ${name}`,
    start(stack) {
      const { addr } = stack.use(answering(alone ? changes : { ...GOOD, ...changes }));
      const smtp = stack.use(smtpServer());
      const server: NameServer = { protocol: "udp", host: addr.hostname, port: addr.port };
      const { port } = smtp.address;
      const connectTo = ["a.test", "mx.a.test"].map((host) => ({ host, port: 25, toHost: "127.0.0.1", toPort: port }));
      const own = typeof options === "function" ? options(port) : options;
      return { target, options: { servers: [server], connectTo, timeout: 3000, ...own } };
    },
    ...expected,
  };
}

const spf = (...records: readonly string[]): AnswerTable => ({
  "a.test.": { ...GOOD["a.test."], TXT: texts(...records) },
});
const mx = (...records: readonly string[]): AnswerTable => ({
  "a.test.": { ...GOOD["a.test."], MX: records.map((data) => ({ data })) },
});
const dmarc = (...records: readonly string[]): AnswerTable => ({ "_dmarc.a.test.": { TXT: texts(...records) } });
const dkim = (record: string): AnswerTable => ({ "s1._domainkey.a.test.": { TXT: texts(record) } });

/** A domain whose SPF record includes others, each with two terms that require lookups. */
function including(count: number): AnswerTable {
  const names = Array.from({ length: count }, (_, index) => `spf${index}.test`);
  return {
    ...spf(`v=spf1 ${names.map((name) => `include:${name}`).join(" ")} -all`),
    ...Object.fromEntries(names.map((name) => [`${name}.`, { TXT: texts("v=spf1 a:mx.a.test mx:a.test ~all") }])),
  };
}

testSetups([
  domain("as it should be", {}, {
    codes: ["mx-found", "mx-reached", "spf-valid", "dmarc-valid", "dkim-key", "tls-rpt", "mx-ptr"],
    without: ["dmarc-policy-none", "mx-ptr-missing"],
  }),
  domain("that does not exist", {}, { broken: ["name", "domain-not-found"], target: "ada@exmaple.test" }),
  domain("whose resolver denies everything", {}, { broken: ["name", "resolvers-without-root"], alone: true }),
  {
    name: "mail domain whose resolver is silent",
    start: () => ({
      target: "mail:a.test",
      options: { servers: [{ protocol: "udp", host: "127.0.0.1", port: freeUdpPort() }], timeout: 600 },
    }),
    broken: ["name", "mx-lookup-timed-out"],
    codes: ["spf-lookup-failed"],
    without: ["spf-missing", "dmarc-missing"],
  },
  {
    name: "mail domain whose resolver fails",
    start(stack) {
      const { addr } = stack.use(scriptedServer(({ query, send }) => send(response(query, { rcode: 2 }))));
      const server: NameServer = { protocol: "udp", host: addr.host, port: addr.port };
      return { target: "mail:a.test", options: { servers: [server], selectors: ["s1"], timeout: 2000 } };
    },
    broken: ["name", "mx-lookup-failed"],
    codes: ["spf-lookup-failed", "dmarc-lookup-failed", "dkim-lookup-failed"],
    without: ["spf-missing", "dmarc-missing", "dkim-key-missing", "tls-rpt-missing"],
  },
  domain("with null MX", mx("0 ."), { broken: ["name", "mx-null"] }),
  domain("with null MX and another", mx("0 .", "10 mx.a.test."), { codes: ["mx-null-and-others"] }),
  domain("without MX and address", { "a.test.": { TXT: texts("v=spf1 -all") } }, { broken: ["name", "mx-missing"] }, {
    connectTo: [],
  }),
  domain("without MX", { "a.test.": { A: [{ data: "127.0.0.1" }], TXT: texts("v=spf1 -all") } }, {
    codes: ["mx-implicit"],
  }),
  domain("with MX to a CNAME", {
    "mx.a.test.": { CNAME: [{ data: "host.a.test." }], A: [{ data: "127.0.0.1" }] },
  }, { codes: ["mx-alias", "mx-found"] }),
  domain("with MX to an address", mx("10 127.0.0.1."), { broken: ["name", "mx-none-usable"], codes: ["mx-address"] }),
  domain("with an MX that has no address", mx("10 gone.a.test."), {
    broken: ["name", "mx-none-usable"],
    codes: ["mx-without-address"],
  }),
  domain("with one MX of two that has no address", mx("10 gone.a.test.", "20 mx.a.test."), {
    codes: ["mx-without-address", "mx-found", "greeted"],
  }),
  domain("with an MX that refuses connections", {}, { broken: ["reach", "mx-none-reached"] }, {
    connectTo: [{ port: 25, toHost: "127.0.0.1", toPort: freePort() }],
  }),
  domain(
    "for IPv4 with an MX of both families",
    {
      "mx.a.test.": { A: [{ data: "127.0.0.1" }], AAAA: [{ data: "2001:db8::25" }] },
    },
    { codes: ["mx-reached"], without: ["mx-unreachable", "mx-ptr-missing"] },
    { family: 4 },
  ),
  domain("for IPv6 with an MX of IPv4", {}, { broken: ["name", "no-address-of-family"] }, { family: 6 }),
  domain(
    "for IPv4 with one MX of two of IPv6",
    {
      ...mx("10 v6.a.test.", "20 mx.a.test."),
      "v6.a.test.": { AAAA: [{ data: "2001:db8::25" }] },
    },
    { codes: ["mx-of-other-family", "mx-found", "greeted"] },
    { family: 4 },
  ),
  domain("with an MX by a rule", { "mx.a.test.": {} }, { codes: ["mx-reached"] }, (port) => ({
    resolve: [{ host: "mx.a.test", port, addresses: ["127.0.0.1"] }],
    connectTo: [{ host: "mx.a.test", toPort: port }],
  })),
  domain("with an MX that a rule leads to another host", {
    "mx.a.test.": {},
    "new.test.": { A: [{ data: "127.0.0.1" }] },
  }, {
    codes: ["mx-reached", "greeted"],
    without: ["mx-without-address"],
  }, (toPort) => ({ connectTo: [{ host: "mx.a.test", port: 25, toHost: "new.test", toPort }] })),
  domain("without SPF", { "a.test.": { MX: [{ data: "10 mx.a.test." }] } }, { codes: ["spf-missing"] }),
  domain("with two SPF records", spf("v=spf1 mx -all", "v=spf1 ip4:192.0.2.1 -all"), {
    broken: ["application", "spf-several"],
  }),
  domain("with SPF of 12 lookups", including(4), { broken: ["application", "spf-too-many-lookups"] }),
  domain("with SPF of 9 lookups", including(3), { codes: ["spf-valid"] }),
  domain("with an SPF syntax error", spf("v=spf1 ip4:192.0.2.300 include: -all"), {
    broken: ["application", "spf-syntax"],
  }),
  domain("with an SPF include of nothing", spf("v=spf1 include:gone.test -all"), {
    broken: ["application", "spf-reference"],
  }),
  domain("with SPF records that include each other", {
    ...spf("v=spf1 include:b.test -all"),
    "b.test.": { TXT: texts("v=spf1 include:a.test -all") },
  }, { broken: ["application", "spf-reference"] }),
  domain("with SPF for hosts that do not exist", spf("v=spf1 a:x.test a:y.test a:z.test -all"), {
    broken: ["application", "spf-void-lookups"],
  }),
  {
    name: "mail domain with SPF for names that cannot be looked up",
    start(stack) {
      const { addr } = stack.use(scriptedServer(({ query, send }) => {
        const [{ name, type } = { name: "", type: "" }] = query.questions;
        if (/^[xyz]\.test/i.test(name)) return send(response(query, { rcode: 2 }));
        const data = JSON.stringify("v=spf1 mx:x.test mx:y.test mx:z.test -all");
        const own = /^a\.test/i.test(name) && type === "TXT";
        return send(response(query, { answers: own ? [{ name, type, ttl: 60, data }] : [] }));
      }));
      const server: NameServer = { protocol: "udp", host: addr.host, port: addr.port };
      return { target: "mail:a.test", options: { servers: [server], timeout: 2000 } };
    },
    broken: ["name", "mx-missing"],
    codes: ["spf-valid"],
    without: ["spf-void-lookups"],
  },
  domain("with SPF macros of the domain", {
    ...spf("v=spf1 include:_spf.%{d2} exists:%{d}.list.test redirect=%{o}.all.test"),
    "_spf.a.test.": { TXT: texts("v=spf1 ip4:192.0.2.1 -all") },
    "a.test.list.test.": { A: [{ data: "127.0.0.2" }] },
    "a.test.all.test.": { TXT: texts("v=spf1 include:%{d}.gone.test a:%{d1r}.gone.test -all") },
  }, { broken: ["application", "spf-reference"], without: ["spf-macros", "spf-syntax"] }),
  domain("with SPF macros of the sender and the client", {
    ...spf("v=spf1 include:%{l1r-}._spf.%{d} exists:%{i}.%{l}._ip.%{o} exists:%{l}.users.test redirect=%{S}.gone.test"),
    "ada._spf.a.test.": { TXT: texts("v=spf1 +all") },
  }, {
    target: "lovelace-ada@a.test",
    codes: ["spf-macros", "spf-valid"],
    without: ["spf-void-lookups", "spf-reference"],
  }),
  domain("with SPF macros of a sender that is not given", spf("v=spf1 exists:%{l}.%{h}.users.test -all"), {
    codes: ["spf-macros", "spf-valid"],
  }),
  domain("with SPF that permits all", spf("v=spf1 +all"), { codes: ["spf-permits-all"] }),
  domain("with SPF ptr and no all", spf("v=spf1 ptr mx"), { codes: ["spf-ptr", "spf-neutral"] }),
  domain("with a DMARC syntax error", dmarc("v=DMARC1; p=rejct; rua=dmarc@a.test"), {
    broken: ["application", "dmarc-syntax"],
  }),
  domain("with two DMARC records", dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"), {
    broken: ["application", "dmarc-several"],
  }),
  domain("without DMARC", { "_dmarc.a.test.": {} }, { codes: ["dmarc-missing"] }),
  domain("below one with a DMARC policy for those below", {
    "news.a.test.": { MX: [{ data: "10 mx.a.test." }], TXT: texts("v=spf1 mx -all") },
    ...dmarc("v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@a.test"),
  }, { target: "mail:news.a.test", codes: ["dmarc-valid", "dmarc-policy-none"] }),
  domain("with DMARC none and reports elsewhere", dmarc("v=DMARC1; p=none; rua=mailto:x@reports.example"), {
    codes: ["dmarc-policy-none", "dmarc-report-unauthorised"],
  }),
  domain("with DMARC reports that are accepted elsewhere", {
    ...dmarc("v=DMARC1; p=reject; rua=mailto:x@reports.example!10m"),
    "a.test._report._dmarc.reports.example.": { TXT: texts("v=DMARC1") },
  }, { codes: ["dmarc-valid"], without: ["dmarc-report-unauthorised"] }),
  domain("with a DKIM key that is missing", {}, { broken: ["application", "dkim-key-missing"] }, {
    selectors: ["june2026"],
  }),
  domain("with a DKIM key that is revoked", dkim("v=DKIM1; p="), { broken: ["application", "dkim-key-revoked"] }, {
    selectors: ["s1"],
  }),
  domain("with a DKIM key that is cut", dkim("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0"), {
    broken: ["application", "dkim-key-invalid"],
  }),
  domain("with a DKIM key of 1024 bits in a test", dkim(`v=DKIM1; t=y; p=${await rsaKey(1024)}`), {
    codes: ["dkim-key", "dkim-key-short", "dkim-testing"],
  }),
  domain("with a DKIM key of another version", dkim("v=DKIM2; p=AAAA"), {
    broken: ["application", "dkim-key-invalid"],
  }),
  domain("with a DKIM key that is retired", dkim("v=DKIM1; p="), { codes: ["dkim-key-retired"] }),
  domain("with a text for every name", { "default._domainkey.a.test.": { TXT: texts("v=spf1 -all") } }, {
    codes: ["dkim-key"],
    without: ["dkim-key-invalid"],
  }),
  domain("without a DKIM key", { "s1._domainkey.a.test.": {} }, { codes: ["dkim-unknown"] }),
  domain("with a TLS-RPT syntax error", { "_smtp._tls.a.test.": { TXT: texts("v=TLSRPTv1; rua=tls@a.test") } }, {
    codes: ["tls-rpt-invalid"],
  }),
  domain("with BIMI over HTTP", { "default._bimi.a.test.": { TXT: texts("v=BIMI1; l=http://a.test/logo.svg") } }, {
    codes: ["bimi-invalid"],
  }),
  domain("with an MX address without a name", { "1.0.0.127.in-addr.arpa.": {} }, { codes: ["mx-ptr-missing"] }),
  domain("with an MX address of another name", {
    "1.0.0.127.in-addr.arpa.": { PTR: [{ data: "host.provider.test." }] },
  }, { codes: ["mx-ptr-unconfirmed"] }),
], { words: true });
