import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { checkDmarc, parseDmarcRecord } from "../../../lib/mail/mod.ts";
import { organizationalDomain } from "../../../lib/mail/dmarc/organizational_domain.ts";

Deno.test("DMARC: every fault of a record is named", () => {
  const table: readonly (readonly [record: string, policy: string | undefined, faults: string])[] = [
    ["v=DMARC1; p=none", "none", ""],
    ["v=DMARC1;p=reject;sp=none;pct=0;adkim=s;aspf=r;fo=1:d:s;ri=3600;rf=afrf", "reject", ""],
    ["v=DMARC1; p=REJECT; rua=mailto:a@example.com,mailto:b@example.org!10m; ruf=mailto:c@example.com;", "reject", ""],
    ["v=DMARC1; p=quarantine; x_other=1", "quarantine", ""],
    ["v=DMARC1", undefined, "p: missing"],
    ["v=DMARC1; rua=mailto:a@example.com", "none", "p: missing"],
    ["v=DMARC1; p=block", undefined, "p: not none, quarantine or reject"],
    ["v=DMARC1; p=block; rua=mailto:a@example.com", "none", "p: not none, quarantine or reject"],
    ["v=DMARC1; sp=block; p=none", "none", "p: not second, sp: not none, quarantine or reject"],
    ["v=DMARC1; p=none; pct=101", "none", "pct: not a number from 0 to 100"],
    [
      "v=DMARC1; p=none; pct=many; adkim=x; aspf=relaxed",
      "none",
      "pct: not a number from 0 to 100, adkim: not r or s, aspf: not r or s",
    ],
    ["v=DMARC1; p=none; rua=a@example.com", "none", "rua: not a list of URIs"],
    ["v=DMARC1; p=none; fo=2; ri=day", "none", "fo: not 0, 1, d or s, ri: not a number"],
    ["v=DMARC1; p=none; p=reject", "none", "p: given twice"],
    ["v=DMARC1; p=none; reject", "none", "reject: not of the form NAME=VALUE"],
    ["v=DMARC1: p=none", undefined, "v: the record does not begin with v=DMARC1"],
    ["v=dmarc1; p=none", undefined, "v: the record does not begin with v=DMARC1"],
    ["p=none; v=DMARC1", undefined, "v: the record does not begin with v=DMARC1"],
    [`v=DMARC1; p=none; ${"x".repeat(9000)}`, undefined, ": longer than 8192 characters"],
  ];
  for (const [text, policy, expected] of table) {
    const { record, faults } = parseDmarcRecord(text);
    const named = faults.map(({ tag, problem }) => `${tag}: ${problem}`).join(", ");
    assertEquals([text, record?.policy, named], [text, policy, expected]);
  }
  fc.assert(fc.property(fc.string(), (text) => void parseDmarcRecord(`v=DMARC1; ${text}`)), { seed: 7489 });
});

Deno.test("DMARC: the organizational domain is a label below a public suffix", async () => {
  const table = [
    ["a.b.example.co.uk", "example.co.uk"],
    ["example.com", "example.com"],
    ["co.uk", "co.uk"],
    ["x.y.github.io", "y.github.io"],
    ["mail.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"],
    ["mail.example.test", "example.test"],
    ["localhost", "localhost"],
  ] as const;
  for (const [domain, organization] of table) assertEquals(await organizationalDomain(domain), organization);
});

const RECORDS: Readonly<Record<string, readonly string[]>> = {
  "_dmarc.example.com": ["v=DMARC1; p=reject; sp=quarantine"],
  "_dmarc.strict.example.com": ["v=DMARC1; p=none; adkim=s; aspf=s"],
  "_dmarc.two.test": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
  "_dmarc.other.test": ["something", "v=DMARC1; p=none"],
  "_dmarc.broken.test": ["v=DMARC1; p=all"],
};
const lookup = (name: string) =>
  name === "_dmarc.down.test" ? Promise.reject(new Error("server failure")) : Promise.resolve(RECORDS[name] ?? []);

Deno.test("DMARC: records, alignment and results", async () => {
  type Row = readonly [from: string, spf: string, dkim: string, result: string, policy?: string, aligned?: string];
  const table: readonly Row[] = [
    ["example.com", "example.com", "", "pass", "reject", "spf"],
    ["example.com", "mail.example.com", "", "pass", "reject", "spf"],
    ["example.com", "", "news.example.com", "pass", "reject", "dkim"],
    ["EXAMPLE.com", "Example.COM", "example.COM", "pass", "reject", "dkim spf"],
    ["news.example.com", "example.com", "", "pass", "quarantine", "spf"],
    ["news.example.com", "example.org", "example.net", "fail", "quarantine", ""],
    ["example.com", "badexample.com", "com", "fail", "reject", ""],
    ["strict.example.com", "example.com", "example.com", "fail", "none", ""],
    ["strict.example.com", "strict.example.com", "example.com", "pass", "none", "spf"],
    ["none.test", "none.test", "none.test", "none"],
    ["two.test", "two.test", "", "none"],
    ["other.test", "other.test", "", "pass", "none", "spf"],
    ["broken.test", "broken.test", "", "permerror"],
    ["down.test", "down.test", "", "temperror"],
  ];
  for (const [from, spf, dkim, result, policy, aligned] of table) {
    const outcome = await checkDmarc({
      from: [from],
      spf: { result: spf === "" ? "fail" : "pass", domain: spf },
      dkim: [{ result: "fail", domain: from }, { result: dkim === "" ? "fail" : "pass", domain: dkim }],
    }, { lookup });
    const ways = [...outcome.dkim ? ["dkim"] : [], ...outcome.spf ? ["spf"] : []].join(" ");
    assertEquals([from, spf, dkim, outcome.result, outcome.policy, ways], [
      from,
      spf,
      dkim,
      result,
      policy,
      aligned ?? "",
    ]);
  }
  for (const from of [[], ["a.test", "b.test"]]) {
    assertEquals(
      (await checkDmarc({ from, spf: { result: "pass", domain: "a.test" }, dkim: [] }, { lookup })).result,
      "permerror",
    );
  }
});
