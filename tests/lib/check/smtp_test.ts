import { assertEquals } from "@std/assert";
import { smtpProbe } from "../../../lib/check/application/smtp.ts";
import { isOwnNetwork } from "../../../lib/check/link/scope.ts";
import { kindOf } from "../../../lib/check/mod.ts";
import { mailSink } from "../../../lib/mail/mod.ts";
import { type CheckSetup, testSetups } from "../../kit/check_setup.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { scriptedServer } from "../../kit/raw.ts";
import { type Mischief, smtpServer } from "../../kit/scripted_smtp.ts";
import { keyPair } from "../../kit/sink_certificate.ts";

const TRUSTED = { tls: { caCerts: [keyPair.cert] } };
const OFFERS_TLS = "250-mx.test\r\n250-STARTTLS\r\n250 SIZE 1000\r\n";

/** A scripted server, and what must be found. */
function scripted(
  name: string,
  changes: Readonly<Record<string, Mischief>>,
  expected: Pick<CheckSetup, "broken" | "codes" | "without">,
  timeout?: number,
): CheckSetup {
  return {
    name: `SMTP ${name}`,
    start(stack) {
      const { port } = stack.use(smtpServer(changes)).address;
      return { target: `smtp://127.0.0.1:${port}`, ...(timeout !== undefined && { options: { timeout } }) };
    },
    ...expected,
  };
}

testSetups([
  scripted("banner 554", { greeting: "554 5.7.1 No SMTP service for you\r\n" }, {
    broken: ["application", "greeting-refused"],
  }),
  scripted("banner 421", { greeting: "421 4.3.2 Too many connections\r\n" }, {
    broken: ["application", "greeting-refused"],
  }),
  scripted("banner of FTP", { greeting: "220 ProFTPD FTP server ready\r\n" }, {
    broken: ["application", "greeting-foreign"],
  }),
  scripted("silent", { greeting: (wire) => wire.gone() }, { broken: ["application", "greeting-silent"] }, 800),
  scripted("closed before the greeting", { greeting: (wire) => wire.close() }, {
    broken: ["application", "greeting-closed"],
  }),
  scripted("that is none", { greeting: "hello there\r\n" }, { broken: ["application", "greeting-invalid"] }),
  scripted("EHLO and HELO refused", { EHLO: "550 5.7.1 not you\r\n", HELO: "550 5.7.1 not you\r\n" }, {
    broken: ["application", "hello-refused"],
  }),
  scripted("without EHLO", { EHLO: "500 what\r\n" }, { codes: ["smtp-without-ehlo", "starttls-not-offered"] }),
  scripted("STARTTLS refused", { EHLO: OFFERS_TLS, STARTTLS: "454 4.7.0 TLS not available\r\n" }, {
    broken: ["tls", "starttls-refused"],
  }),
  scripted("STARTTLS broken", {
    EHLO: OFFERS_TLS,
    STARTTLS: async (wire) => {
      await wire.say("220 2.0.0 go ahead\r\n");
      await wire.line();
      await wire.say("500 5.5.1 what\r\n");
    },
  }, { broken: ["tls", "starttls-broken"] }),
  scripted("STARTTLS with a reply sent ahead", {
    EHLO: OFFERS_TLS,
    STARTTLS: "220 2.0.0 go ahead\r\n250 injected\r\n",
  }, { broken: ["tls", "starttls-broken"] }),
  scripted("AUTH in the clear", { EHLO: "250-mx.test\r\n250 AUTH LOGIN PLAIN CRAM-MD5\r\n" }, {
    codes: ["login-in-clear", "starttls-not-offered"],
  }),
  scripted("relay for its own network", {}, { codes: ["smtp-relays-here"], without: ["smtp-open-relay"] }),
  scripted("relay denied", { RCPT: "554 5.7.1 Relay access denied\r\n" }, { without: ["smtp-relays-here"] }),
  scripted(
    "session that stops",
    { EHLO: (wire) => wire.gone() },
    { broken: ["application", "session-timed-out"] },
    800,
  ),
  scripted("with a line without an end", { greeting: (wire) => wire.say("220 ".padEnd(200_000, "x")) }, {
    broken: ["application", "greeting-invalid"],
  }),
  scripted("with a reply without an end", { EHLO: (wire) => wire.say("250-x\r\n".repeat(2000)) }, {
    broken: ["application", "session-failed"],
  }),
  scripted("with control characters", { greeting: "554 \x1b[2J\x07 go away\x00\r\n" }, {
    broken: ["application", "greeting-refused"],
  }),
  {
    name: "SMTP without TLS on the port of SMTPS",
    async start(stack) {
      const sink = stack.use(await mailSink({ keyPair, port: 0, smtpsPort: 0, implicitTls: true }));
      return { target: `smtp://127.0.0.1:${sink.port}`, options: { timeout: 1200 } };
    },
    broken: ["application", "greeting-needs-tls"],
  },
  {
    name: "SMTP on the port of a web server",
    start: (stack) => ({
      target: `smtp://127.0.0.1:${
        stack.use(scriptedServer(async (conn) => {
          await conn.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
        })).port
      }`,
    }),
    broken: ["application", "greeting-foreign"],
  },
  {
    name: "SMTP STARTTLS with a certificate of another name",
    async start(stack) {
      const other = await makeCertificate({ names: ["mail.other.test"], commonName: "mail.other.test" });
      const sink = stack.use(await mailSink({ keyPair: other, port: 0 }));
      return { target: `smtp://127.0.0.1:${sink.port}`, options: { tls: { caCerts: [other.cert] } } };
    },
    broken: ["tls", "certificate-wrong-name"],
  },
  {
    name: "SMTP with STARTTLS",
    async start(stack) {
      const sink = stack.use(await mailSink({ keyPair, port: 0, authWithoutTls: false }));
      return { target: `smtp://127.0.0.1:${sink.port}`, options: TRUSTED };
    },
    codes: ["greeted", "starttls-offered", "tls-trusted", "smtp-offers"],
    without: ["login-in-clear"],
  },
], { words: true });

Deno.test("check: an SMTP server that relays for a public address is an open relay", () => {
  const seen = {
    greeting: { ok: true, text: "220 mx.test" },
    offer: { startTls: true, passwords: [], words: ["EHLO"] },
    extra: { relay: "250 ok", relayed: true },
    local: "203.0.113.7:4000",
  };
  const input = { host: "mx.test", address: { address: "192.0.2.1", family: 4 }, port: 25, tls: "starttls" } as const;
  const findings = smtpProbe.judge(seen, input, new Date());
  assertEquals(findings.filter((finding) => kindOf(finding).mark === "fault").map(({ code }) => code), [
    "smtp-open-relay",
  ]);
});

Deno.test("check: addresses of private networks", () => {
  const own = [
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.31.0.1",
    "169.254.1.1",
    "100.64.0.1",
    "::1",
    "fd00::1",
    "fe80::1",
  ];
  const others = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1", "2001:db8::1"];
  assertEquals([own.map(isOwnNetwork), others.map(isOwnNetwork)], [own.map(() => true), others.map(() => false)]);
});
