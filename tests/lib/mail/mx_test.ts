import { assertEquals, assertRejects } from "@std/assert";
import { selfSigned, ToucanError } from "../../../lib/core/mod.ts";
import {
  answering,
  type AnswerTable,
  type QueryType,
  recordFrom,
  type TableRecord,
} from "../../../lib/dns/internal.ts";
import type { MailLookups } from "../../../lib/mail/mx/mail_dns.ts";
import { stsPolicyOf } from "../../../lib/mail/mx/security.ts";
import { fitsStsPolicy, parseStsPolicy, parseStsRecord } from "../../../lib/mail/mx/codec/sts_policy.ts";
import {
  deliverMail,
  type DeliverOptions,
  type DomainReport,
  mailSink,
  type MailSinkOptions,
} from "../../../lib/mail/mod.ts";
import { X509Certificate } from "../../../lib/deps/x509.ts";
import type { TlsaRecord } from "../../../lib/mail/mx/codec/tlsa.ts";
import { pinByTlsa } from "../../../lib/mail/mx/dane.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { freePort } from "../../kit/port.ts";

Deno.test("MTA-STS: the record of a policy", () => {
  const table: readonly (readonly [texts: readonly string[], id: string | undefined])[] = [
    [["v=STSv1; id=20160831085700Z;"], "20160831085700Z"],
    [["v=spf1 -all", "v=STSv1;id=a"], "a"],
    [["v=STSv1; id=a", "v=STSv1; id=b"], undefined],
    [["v=STSv2; id=a"], undefined],
    [["v=STSv1; id="], undefined],
    [["v=STSv1; x=1; id=a; y=2"], "a"],
    [["id=a; v=STSv1"], undefined],
    [[], undefined],
  ];
  for (const [texts, id] of table) assertEquals(parseStsRecord(texts), id);
});

Deno.test("MTA-STS: policies", () => {
  const good = { mode: "enforce", mx: ["mail.example.com", "*.example.net"] };
  const lines = ["version: STSv1", "mode: enforce", "mx: mail.example.com", "mx: *.Example.net", "max_age: 604800"];
  assertEquals(parseStsPolicy(`${lines.join("\r\n")}\r\n`), { ...good, mode: "enforce" });
  assertEquals(parseStsPolicy(lines.join("\n"))?.mx.length, 2);
  assertEquals(parseStsPolicy("version: STSv1\nmode: none\nmax_age: 1")?.mode, "none");
  for (const [i] of lines.entries()) {
    if (i === 2 || i === 3) continue;
    assertEquals(parseStsPolicy(lines.filter((_, at) => at !== i).join("\n")), undefined);
  }
  assertEquals(parseStsPolicy(lines.filter((line) => !line.startsWith("mx")).join("\n")), undefined);
  assertEquals(parseStsPolicy("<html>"), undefined);
  const policy = parseStsPolicy(lines.join("\n"));
  if (!policy) throw new TypeError("no policy");
  const hosts = [["MAIL.example.com", true], ["a.example.net", true], ["a.b.example.net", false], [
    "example.net",
    false,
  ], ["example.com", false]] as const;
  for (const [host, fits] of hosts) assertEquals([host, fitsStsPolicy(host, policy)], [host, fits]);
});

/** Delivers a message to addresses of `.test` domains, with a lab's name server. */
async function deliver(
  zone: AnswerTable,
  to: readonly string[],
  options: DeliverOptions = {},
): Promise<DomainReport[]> {
  await using dns = answering(zone);
  const message = { from: "ada@example.com", to, text: "hello" };
  return await Array.fromAsync(
    deliverMail(message, { dns: { servers: [dns.address] }, connectTimeout: 2000, ...options }),
  );
}

const LOOPBACK = { A: [{ data: "127.0.0.1" }] };

/** Starts sinks on one port of different addresses: 127.0.0.1, 127.0.0.2 and so on. */
async function sinks(...all: readonly MailSinkOptions[]) {
  const port = freePort();
  const stack = new AsyncDisposableStack();
  const servers = await Promise.all(
    all.map(async (options, i) => stack.use(await mailSink({ host: `127.0.0.${i + 1}`, port, ...options }))),
  );
  return { port, servers, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
}

const summary = ({ domain, host, report, error, tried, policy }: DomainReport) => ({
  domain,
  host,
  policy,
  accepted: report?.accepted,
  code: error?.code,
  tried: tried.map(({ host, error }) => `${host} ${error.code}`),
});

Deno.test("direct delivery: servers by preference, after a temporary refusal the next; domains one by one", async () => {
  await using lab = await sinks({ fail: ["message:451"] }, {}, {});
  const zone: AnswerTable = {
    "a.test.": { MX: [{ data: "20 second.test." }, { data: "10 first.test." }, { data: "30 third.test." }] },
    "b.test.": { A: [{ data: "127.0.0.3" }] },
    "first.test.": LOOPBACK,
    "second.test.": { A: [{ data: "127.0.0.2" }] },
    "third.test.": { A: [{ data: "127.0.0.3" }] },
  };
  const results = await deliver(zone, ["x@a.test", "y@b.test", "z@A.test"], { port: lab.port });
  assertEquals(results.map(summary), [
    { domain: "a.test", host: "second.test", policy: "none", accepted: 2, code: undefined, tried: [] },
    { domain: "b.test", host: "b.test", policy: "none", accepted: 1, code: undefined, tried: [] },
  ]);
  assertEquals(lab.servers.map(({ store }) => store.count), [0, 1, 1]);
  assertEquals(lab.servers[1]?.store.messages[0]?.to, ["x@a.test", "z@A.test"]);
});

Deno.test("direct delivery: a server that is not there, or has no address, is skipped", async () => {
  await using lab = await sinks({});
  const zone: AnswerTable = {
    "a.test.": { MX: [{ data: "1 nowhere.test." }, { data: "2 down.test." }, { data: "3 up.test." }] },
    "nowhere.test.": { TXT: [{ data: '"x"' }] },
    "down.test.": { A: [{ data: "127.0.0.9" }] },
    "up.test.": LOOPBACK,
  };
  assertEquals((await deliver(zone, ["x@a.test"], { port: lab.port })).map(summary), [{
    ...{ domain: "a.test", host: "up.test", policy: "none", accepted: 1, code: undefined },
    tried: ["nowhere.test no-address", "down.test connection-refused"],
  }]);
});

Deno.test("direct delivery: what is refused for good stays refused, and no other server is asked", async () => {
  await using lab = await sinks({ refuse: ["x@a.test"] }, {});
  const zone: AnswerTable = {
    "a.test.": { MX: [{ data: "1 one.test." }, { data: "2 two.test." }] },
    "one.test.": LOOPBACK,
    "two.test.": { A: [{ data: "127.0.0.2" }] },
  };
  const [result] = await deliver(zone, ["x@a.test"], { port: lab.port });
  assertEquals([result?.host, result?.report?.accepted, result?.report?.recipients[0]?.reply.code], [
    "one.test",
    0,
    550,
  ]);
  assertEquals(lab.servers[1]?.store.count, 0);
});

const NOT_DELIVERED: readonly (readonly [name: string, zone: AnswerTable, to: string, code: string])[] = [
  ["a null MX", { "a.test.": { MX: [{ data: "0 ." }] } }, "x@a.test", "null-mx"],
  ["a domain that does not exist", { "b.test.": LOOPBACK }, "x@a.test", "no-address"],
  ["no server that answers", { "a.test.": { A: [{ data: "127.0.0.9" }] } }, "x@a.test", "connection-refused"],
];

for (const [name, zone, to, code] of NOT_DELIVERED) {
  Deno.test(`direct delivery: ${name}`, async () => {
    const results = await deliver(zone, [to], { port: freePort() });
    assertEquals(results.map(({ error }) => error?.code), [code]);
  });
}

Deno.test("direct delivery: an address literal, and a recipient without a domain", async () => {
  await using lab = await sinks({});
  assertEquals((await deliver({}, ["x@[127.0.0.1]"], { port: lab.port })).map(({ report }) => report?.accepted), [1]);
});

Deno.test("direct delivery: TLS is used where it is offered, also with an unknown certificate; requireTls verifies it", async () => {
  const keyPair = await selfSigned(["mx.test"]);
  await using lab = await sinks({ keyPair });
  const zone: AnswerTable = { "a.test.": { MX: [{ data: "1 mx.test." }] }, "mx.test.": LOOPBACK };
  const at = { port: lab.port };
  assertEquals((await deliver(zone, ["x@a.test"], at))[0]?.report?.tls, "nothing");
  assertEquals((await deliver(zone, ["x@a.test"], { ...at, requireTls: true })).map(({ error }) => error?.code), [
    "tls-unknown-issuer",
  ]);
  const trusted = await deliver(zone, ["x@a.test"], { ...at, requireTls: true, caCerts: [keyPair.cert] });
  assertEquals(trusted[0]?.report?.tls, "authority");
  await using plain = await sinks({});
  const without = await deliver(zone, ["x@a.test"], { port: plain.port, requireTls: true });
  assertEquals(without.map(({ error }) => error?.code), ["starttls-missing"]);
});

/** Serves a policy over HTTPS; returns where. */
function policyServer(policy: string, keyPair: { cert: string; key: string }) {
  return Deno.serve({ ...keyPair, port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => new Response(policy));
}

const policyOf = (mode: string, mx: string) => `version: STSv1\nmode: ${mode}\nmx: ${mx}\nmax_age: 86400\n`;

const STS:
  readonly (readonly [name: string, policy: string, tls: boolean, outcome: (string | number | undefined)[]])[] = [
    ["enforced, with a certificate that fits", policyOf("enforce", "mx.test"), true, ["mta-sts", 1, undefined]],
    ["enforced, and the server offers no TLS", policyOf("enforce", "*.test"), false, [
      undefined,
      undefined,
      "starttls-missing",
    ]],
    ["enforced, and the server is not in it", policyOf("enforce", "mx.example"), true, [
      undefined,
      undefined,
      "mta-sts-mismatch",
    ]],
    ["testing, and the server is not in it", policyOf("testing", "mx.example"), false, ["mta-sts", 1, undefined]],
    ["of mode none", policyOf("none", "mx.example"), false, ["none", 1, undefined]],
    ["invalid", "<html>", false, ["none", 1, undefined]],
  ];

for (const [name, policy, tls, outcome] of STS) {
  Deno.test(`direct delivery: a policy of MTA-STS: ${name}`, async () => {
    const keyPair = await selfSigned(["mx.test", "mta-sts.a.test"]);
    await using web = policyServer(policy, keyPair);
    await using lab = await sinks(tls ? { keyPair } : {});
    const zone: AnswerTable = {
      "a.test.": { MX: [{ data: "1 mx.test." }] },
      "_mta-sts.a.test.": { TXT: [{ data: '"v=STSv1; id=1"' }] },
      "mta-sts.a.test.": LOOPBACK,
      "mx.test.": LOOPBACK,
    };
    const connectTo = [{ host: "mta-sts.a.test", port: 443, toHost: "127.0.0.1", toPort: web.addr.port }];
    const [result] = await deliver(zone, ["x@a.test"], { port: lab.port, caCerts: [keyPair.cert], connectTo });
    assertEquals([result?.policy, result?.report?.accepted, result?.error?.code], outcome);
    const notes = result?.notes.filter((note) => !note.startsWith("DANE"));
    assertEquals(notes?.length, /testing|invalid/.test(name) ? 1 : 0);
  });
}

Deno.test("a policy of MTA-STS is fetched by one IP version if that is asked for, also by a rule", async () => {
  const keyPair = await selfSigned(["mta-sts.a.test"]);
  await using web = policyServer(policyOf("enforce", "mx.test"), keyPair);
  const zone: AnswerTable = {
    "_mta-sts.a.test.": { TXT: [{ data: '"v=STSv1; id=1"' }] },
    "mta-sts.a.test.": { A: [{ data: "127.0.0.1" }], AAAA: [{ data: "2001:db8::25" }] },
  };
  const found = lookups(zone, "insecure");
  const tls = { caCerts: [keyPair.cert] };
  const connectTo = [{ host: "mta-sts.a.test", port: 443, toPort: web.addr.port }];
  const asked: string[] = [];
  const dns: MailLookups = {
    own: true,
    records: (name, type) => (asked.push(type), found.records(name, type)),
    validated: (name, type) => found.validated(name, type),
  };
  const resolve = [{ host: "mta-sts.a.test", port: web.addr.port, addresses: ["127.0.0.1"] }];
  const fetched = await stsPolicyOf("a.test", dns, { tls, connectTo, resolve, family: 4 });
  assertEquals([fetched.policy?.mode, asked], ["enforce", ["TXT", "A"]]);
  const other = await stsPolicyOf("a.test", dns, { tls, connectTo, resolve, family: 6 });
  assertEquals([other.policy, asked.slice(2)], [undefined, ["TXT", "AAAA"]]);
});

Deno.test("direct delivery: a signal ends it", async () => {
  await using dns = answering({});
  const signal = AbortSignal.abort(new ToucanError("stopped", { code: "stopped" }));
  const message = { from: "ada@example.com", to: "x@a.test", text: "hello" };
  await assertRejects(() => Array.fromAsync(deliverMail(message, { signal, dns: { servers: [dns.address] } })));
});

/** Lookups of which all are signed, or not, as a status says. */
function lookups(
  records: AnswerTable,
  status: "secure" | "insecure" | "bogus" | "indeterminate",
  code?: string,
): MailLookups {
  const found = (name: string, type: QueryType) => {
    const table: Readonly<Partial<Record<string, readonly TableRecord[]>>> = records[`${name}.`] ?? {};
    const texts = table[type] ?? [];
    return texts.map(({ data }) => recordFrom({ name: `${name}.`, type, data: String(data) }));
  };
  return {
    own: true,
    records: (name, type) => Promise.resolve(found(name, type)),
    validated: (name, type) => {
      const reason = code === undefined ? undefined : { code, text: code };
      return Promise.resolve({ name, status, reason, answers: status === "secure" ? found(name, type) : [] });
    },
  };
}

const OTHER = "00".repeat(32);

const DANE: readonly (readonly [
  name: string,
  tlsa: readonly string[],
  status: "secure" | "insecure" | "bogus" | "indeterminate",
  outcome: (string | number | undefined)[],
  code?: string,
])[] = [
  ["the key of the server", ["3 1 1 KEY"], "secure", ["dane", 1, "pin", undefined]],
  ["the key of the server behind another", [`3 1 1 ${OTHER}`, "3 1 1 KEY"], "secure", ["dane", 1, "pin", undefined]],
  ["another key", [`3 1 1 ${OTHER}`], "secure", [undefined, undefined, undefined, "pin-mismatch"]],
  ["no use that is for mail", [`1 1 1 ${OTHER}`], "secure", ["dane", 1, "nothing", undefined]],
  ["the hash of another certificate", [`3 0 1 ${OTHER}`], "secure", [undefined, undefined, undefined, "dane-mismatch"]],
  ["the hash of another authority", [`2 0 1 ${OTHER}`], "secure", [undefined, undefined, undefined, "dane-mismatch"]],
  ["a form that is not supported", [`3 1 3 ${OTHER}`], "secure", [
    undefined,
    undefined,
    undefined,
    "dane-unsupported",
  ]],
  ["nothing", [], "secure", ["none", 1, "nothing", undefined]],
  ["another key, but nothing is signed", [`3 1 1 ${OTHER}`], "insecure", ["none", 1, "nothing", undefined]],
  [
    "invalid signatures",
    ["3 1 1 KEY"],
    "bogus",
    [undefined, undefined, undefined, "dane-bogus"],
    "signature-invalid",
  ],
  ["no signatures from the name server", ["3 1 1 KEY"], "bogus", ["none", 1, "nothing", undefined], "no-signatures"],
];

for (const [name, tlsa, status, outcome, code] of DANE) {
  Deno.test({
    name: `direct delivery: DANE, the records have ${name}`,
    ignore: /^2\.[0-7]\./.test(Deno.version.deno),
    fn: async () => {
      const keyPair = await selfSigned(["other.test"]);
      await using lab = await sinks({ keyPair });
      const key = Uint8Array.fromBase64(keyPair.pin.replace("sha256:", "")).toHex();
      const records = tlsa.map((data) => ({ data: data.replace("KEY", key) }));
      const zone: AnswerTable = {
        "a.test.": { MX: [{ data: "1 mx.test." }] },
        "mx.test.": LOOPBACK,
        [`_${lab.port}._tcp.mx.test.`]: { TLSA: records },
      };
      const [result] = await deliver({}, ["x@a.test"], { port: lab.port, lookups: lookups(zone, status, code) });
      assertEquals([result?.policy, result?.report?.accepted, result?.report?.tls, result?.error?.code], outcome);
    },
  });
}

/** Returns a part of a certificate, or its hash, in hex. */
async function part(cert: string, what: "certificate" | "key", hash?: string): Promise<string> {
  const der = Uint8Array.fromBase64(cert.replace(/-----[^-]+-----|\s+/g, ""));
  const bytes = what === "certificate" ? der : new Uint8Array(new X509Certificate(der).publicKey.rawData);
  return (hash ? new Uint8Array(await crypto.subtle.digest(hash, bytes)) : bytes).toHex();
}

Deno.test({
  name: "direct delivery: DANE, each form of a record about the certificate or one of its authorities",
  ignore: /^2\.[0-7]\./.test(Deno.version.deno),
  fn: async () => {
    const root = await makeCertificate({ authority: true, names: [] });
    const middle = await makeCertificate({ authority: true, names: [], issuer: root });
    const leaf = await makeCertificate({ names: ["mx.test"], issuer: middle });
    const other = await makeCertificate({ authority: true, names: [] });
    // The server also presents an authority that has not issued anything here.
    await using lab = await sinks({
      keyPair: { cert: leaf.cert + middle.cert + root.cert + other.cert, key: leaf.key, pin: leaf.pin },
    });
    const rows: (readonly [string, number | undefined])[] = [];
    const forms = [
      ["certificate", undefined],
      ["certificate", "SHA-256"],
      ["certificate", "SHA-512"],
      ["key", undefined],
      ["key", "SHA-256"],
      ["key", "SHA-512"],
    ] as const;
    for (const [what, hash] of forms) {
      const form = `${what === "key" ? 1 : 0} ${hash === undefined ? 0 : hash === "SHA-256" ? 1 : 2}`;
      for (const [usage, cert] of [[3, leaf], [2, what === "key" ? middle : root]] as const) {
        rows.push([`${usage} ${form} ${await part(cert.cert, what, hash)}`, 1]);
      }
    }
    for (const [usage, cert] of [[2, leaf], [3, middle], [2, other]] as const) {
      rows.push([`${usage} 0 1 ${await part(cert.cert, "certificate", "SHA-256")}`, undefined]);
    }
    for (const [data, accepted] of rows) {
      const zone: AnswerTable = {
        "a.test.": { MX: [{ data: "1 mx.test." }] },
        "mx.test.": LOOPBACK,
        [`_${lab.port}._tcp.mx.test.`]: { TLSA: [{ data }] },
      };
      const [result] = await deliver({}, ["x@a.test"], { port: lab.port, lookups: lookups(zone, "secure") });
      const about = data.slice(0, 20);
      assertEquals(
        [about, result?.report?.accepted, result?.report?.tls],
        [about, accepted, accepted && "pin"],
        result?.error?.message,
      );
    }
  },
});

for (
  const [what, wishes] of [
    ["is for another name", { leaf: { names: ["other.test"] } }],
    ["has expired", { leaf: { days: [-10, -1] } }],
    ["is for clients", { leaf: { purposes: ["1.3.6.1.5.5.7.3.2"] } }],
    ["is issued by a certificate that is not an authority", { middle: { authority: false } }],
  ] as const
) {
  Deno.test(`DANE: an authority of a certificate that ${what} does not count; the certificate itself does`, async () => {
    const root = await makeCertificate({ authority: true, names: [] });
    const middle = await makeCertificate({
      authority: true,
      names: [],
      issuer: root,
      ..."middle" in wishes ? wishes.middle : {},
    });
    const leaf = await makeCertificate({ names: ["mx.test"], issuer: middle, ..."leaf" in wishes ? wishes.leaf : {} });
    const chain = [leaf, middle, root].map(({ cert }) =>
      Uint8Array.fromBase64(cert.replace(/-----[^-]+-----|\s+/g, ""))
    );
    const about = async (usage: "authority" | "server", cert: string): Promise<TlsaRecord> => ({
      usage,
      selector: "key",
      data: Uint8Array.fromHex(await part(cert, "key")),
    });
    assertEquals(await pinByTlsa(chain, [await about("authority", root.cert)], ["mx.test"]), undefined);
    assertEquals(await pinByTlsa(chain, [await about("server", leaf.cert)], ["mx.test"]), leaf.pin);
  });
}
