import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { selfSigned, SystemError } from "../../../lib/core/mod.ts";
import { type MailSink, mailSink, type MailSinkOptions, type MailTls, sendMail } from "../../../lib/mail/mod.ts";
import { rawSmtp } from "../../kit/raw_smtp.ts";

const MESSAGE = { from: "ada@example.com", to: ["bob@example.com"], subject: "s", text: "hello\n" };
const PAIR = await selfSigned();

const portOf = (sink: MailSink) => `127.0.0.1:${sink.smtps?.port}`;

/** Options of a sink with a port for implicit TLS, and whether its other port offers STARTTLS. */
for (
  const [what, options, offers] of [
    ["a certificate made here", { smtpsPort: 0 }, false],
    ["a given certificate", { smtpsPort: 0, keyPair: PAIR }, true],
    ["a given certificate, without STARTTLS", { smtpsPort: 0, keyPair: PAIR, startTls: false }, false],
    ["STARTTLS and a certificate made here", { smtpsPort: 0, startTls: true }, true],
  ] as const satisfies readonly [string, MailSinkOptions, boolean][]
) {
  Deno.test(`mail sink: implicit TLS beside plain SMTP, with ${what}`, async () => {
    await using sink = await mailSink(options);
    const trust = { pin: sink.pin };
    const ways: [string, MailTls][] = [
      [portOf(sink), "implicit"],
      [sink.address, "none"],
      ...offers ? [[sink.address, "starttls"] satisfies [string, MailTls]] : [],
    ];
    for (const [address, tls] of ways) {
      const report = await sendMail(address, MESSAGE, { tls, ...tls === "none" ? {} : { trust } });
      assertEquals([report.accepted, report.tls], [1, tls === "none" ? undefined : "pin"]);
    }
    if (!offers) {
      const error = await assertRejects(() => sendMail(sink.address, MESSAGE, { tls: "starttls", trust }));
      assertMatch(String(error), /STARTTLS/);
    }
    const protocols = await Promise.all(sink.store.messages.map(async ({ id }) => {
      return /with (\w+);/.exec(new TextDecoder().decode(await sink.store.read(id)))?.[1];
    }));
    assertEquals(protocols, ["ESMTPS", "ESMTP", ...offers ? ["ESMTPS"] : []]);
  });
}

Deno.test("mail sink: both ports share the limit of clients, and stop together", async () => {
  const sink = await mailSink({ smtpsPort: 0, limits: { connections: 2 } });
  using one = await rawSmtp(sink.port);
  using two = await rawSmtp(sink.port);
  await assertRejects(() => sendMail(portOf(sink), MESSAGE, { tls: "implicit", trust: { pin: sink.pin } }));
  await sink.shutdown();
  assertMatch(await one.reply(), /^421 4\.3\.2 /);
  assertMatch(await two.reply(), /^421 4\.3\.2 /);
  for (const port of [sink.port, sink.smtps?.port ?? 0]) {
    await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port }));
  }
});

Deno.test("mail sink: the first port is free again when the second is in use", async () => {
  await using other = await mailSink();
  const error = await assertRejects(() => mailSink({ smtpsPort: other.port }), SystemError);
  assertEquals(error.code, "address-in-use");
  await assertRejects(
    () => mailSink({ smtpsPort: 0, keyPair: { ...PAIR, clientCa: [PAIR.cert] } }),
    Error,
    "implicit TLS",
  );
});
