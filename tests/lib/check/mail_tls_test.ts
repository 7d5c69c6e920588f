import { assertEquals } from "@std/assert";
import { daneProbe, type DaneSeen } from "../../../lib/check/mail_domain/dane.ts";
import { mxTlsProbe } from "../../../lib/check/mail_domain/mx_tls.ts";
import { type MxAttempt, mxReachProbe } from "../../../lib/check/mail_domain/mx_reach.ts";
import { kindOf } from "../../../lib/check/mod.ts";
import { found } from "../../../lib/check/words/findings.ts";
import { selfSigned } from "../../../lib/core/mod.ts";
import { answering, type AnswerTable, type NameServer } from "../../../lib/dns/mod.ts";
import { mailSink } from "../../../lib/mail/mod.ts";
import { type CheckSetup, testSetups } from "../../kit/check_setup.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { keyPair } from "../../kit/sink_certificate.ts";

const ZONE: AnswerTable = {
  "a.test.": { MX: [{ data: "10 mx.a.test." }], TXT: [{ data: '"v=spf1 mx -all"' }] },
  "mx.a.test.": { A: [{ data: "127.0.0.1" }] },
  "web.test.": { A: [{ data: "127.0.0.1" }] },
  "_mta-sts.a.test.": { TXT: [{ data: '"v=STSv1; id=1"' }] },
  "_dmarc.a.test.": { TXT: [{ data: '"v=DMARC1; p=reject; rua=mailto:x@a.test"' }] },
};

const policyOf = (mode: string, mx: string) => `version: STSv1\nmode: ${mode}\nmx: ${mx}\nmax_age: 86400\n`;

/** A domain with a policy for TLS, and a mail server with a certificate for these names. */
function secured(
  name: string,
  { policy = policyOf("enforce", "mx.a.test"), names = ["mx.a.test"], startTls = true, status = 200, zone = {} }: {
    readonly policy?: string;
    readonly names?: readonly string[];
    readonly startTls?: boolean;
    readonly status?: number;
    readonly zone?: AnswerTable;
  },
  expected: Pick<CheckSetup, "broken" | "codes" | "without">,
): CheckSetup {
  return {
    name: `mail domain ${name}`,
    async start(stack) {
      const web = await selfSigned(["mta-sts.a.test"]);
      const mail = await makeCertificate({ names, commonName: names[0] });
      const site = Deno.serve(
        { ...web, port: 0, hostname: "127.0.0.1", onListen: () => {} },
        () => new Response(policy, { status }),
      );
      stack.defer(() => site.shutdown());
      const sink = stack.use(await mailSink({ keyPair: mail, port: 0, startTls, authWithoutTls: false }));
      const { addr } = stack.use(answering({ ...ZONE, ...zone }));
      const server: NameServer = { protocol: "udp", host: addr.hostname, port: addr.port };
      const connectTo = [
        { port: 25, toHost: "127.0.0.1", toPort: sink.port },
        { host: "mta-sts.a.test", port: 443, toHost: "web.test", toPort: site.addr.port },
      ];
      const tls = { caCerts: [web.cert, mail.cert] };
      return { target: "mail:a.test", options: { servers: [server], connectTo, tls } };
    },
    ...expected,
  };
}

testSetups([
  secured("with MTA-STS", {}, {
    codes: ["mta-sts", "mx-certificate", "starttls-offered"],
    without: ["mta-sts-mismatch", "mx-certificate-untrusted"],
  }),
  secured("with an MTA-STS policy that names another server", { policy: policyOf("enforce", "mail.a.test") }, {
    broken: ["application", "mta-sts-mismatch"],
  }),
  secured("with an MTA-STS policy that is tested", { policy: policyOf("testing", "mail.a.test") }, {
    codes: ["mta-sts-mismatch-testing"],
  }),
  secured("with an MTA-STS policy that is not there", { status: 404 }, { broken: ["application", "mta-sts-unusable"] }),
  secured("with MTA-STS and a certificate of another name", { names: ["mail.other.test"] }, {
    broken: ["tls", "mx-certificate-required"],
  }),
  secured("with MTA-STS and no TLS", { startTls: false }, { broken: ["tls", "mx-tls-required"] }),
  secured("with a certificate of another name", { names: ["mail.other.test"], zone: { "_mta-sts.a.test.": {} } }, {
    codes: ["mx-certificate-untrusted", "mta-sts-missing"],
  }),
], { words: true });

Deno.test("check: port 25 that is blocked is not the fault of the domain", () => {
  const attempt = (host: string, result: MxAttempt["result"], port = 25): MxAttempt => ({
    ...{ host, port, result, ms: 5, reason: "no route" },
    ...{ address: "192.0.2.1", family: 4 },
  });
  const marks = (...attempts: readonly MxAttempt[]) =>
    mxReachProbe.judge(attempts, { domain: "a.test", exchanges: [] }, new Date()).map((finding) =>
      `${finding.code} ${kindOf(finding).mark}`
    );
  assertEquals(marks(attempt("a", "silent"), attempt("b", "unreachable")), ["mx-port-blocked warning"]);
  assertEquals(marks(attempt("a", "silent"), attempt("b", "connected")), ["mx-silent warning", "mx-reached good"]);
  assertEquals(marks(attempt("a", "refused"), attempt("b", "silent")), [
    "mx-none-reached fault",
    "mx-refused warning",
  ]);
  const silent = [attempt("a", "silent", 2525), attempt("b", "silent", 2525)];
  assertEquals(marks(...silent), ["mx-all-silent fault"]);
  assertEquals(kindOf(found("mx-all-silent", { domain: "a.test", ports: ["2525"], attempts: [] })).blame, "timeout");
  assertEquals(marks(attempt("a", "silent", 2525), attempt("b", "unreachable", 2525)), [
    "mx-none-reached fault",
    "mx-unreachable note",
  ]);
});

Deno.test("check: keys of TLSA records and the key of a mail server", async () => {
  await using sink = await mailSink({ keyPair, port: 0 });
  const context = {
    ...{ signal: new AbortController().signal, timeout: 5000, now: () => new Date() },
    dial: {},
  };
  const input = {
    host: "mx.a.test",
    domain: "a.test",
    records: [],
    address: { address: "127.0.0.1", family: 4 },
    port: sink.port,
    required: false,
  } as const;
  const other = `sha256:${"A".repeat(43)}=`;
  for (const [pins, code] of [[[other, keyPair.pin], "mx-dane-match"], [[other], "mx-dane-mismatch"]] as const) {
    const seen = await mxTlsProbe.observe({ ...input, pins }, context);
    assertEquals(mxTlsProbe.judge(seen, { ...input, pins }, new Date()).map(({ code }) => code), [code]);
  }
});

Deno.test("check: TLSA records of a mail server count only if they are signed", () => {
  const input = { host: "mx.a.test" };
  const pins = [keyPair.pin];
  const judged = (status: DaneSeen["status"], count: number) =>
    daneProbe.judge({ status, count, pins, records: [] }, input, new Date()).map(({ code }) => code);
  assertEquals(
    [judged("secure", 1), judged("insecure", 1), judged("bogus", 0), judged("unknown", 1), judged("secure", 0)],
    [["mx-dane"], ["mx-dane-unsigned"], ["mx-dane-bogus"], [], []],
  );
});
