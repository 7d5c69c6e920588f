import { assertEquals, assertRejects } from "@std/assert";
import { ToucanError } from "../../lib/core/mod.ts";
import { MailClient, mailSink, readyMail, sendMail } from "../../lib/mail/mod.ts";
import { DOVECOT, startDovecot } from "../kit/dovecot.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort, untilListening } from "../kit/port.ts";

const MESSAGE = { from: "ada@example.com", to: "bob@example.com", text: "hello" };

peerTest("mail send → Dovecot's submission server: SCRAM-SHA-256, by itself and by name; BDAT", DOVECOT, async () => {
  await using sink = await mailSink();
  const port = freePort();
  await using dovecot = await startDovecot({
    more: [
      ...["protocols = pop3 imap submission", "auth_mechanisms = plain login scram-sha-256"],
      ...["submission_relay_host = 127.0.0.1", `submission_relay_port = ${sink.port}`, "submission_relay_trusted = no"],
      ...["service submission-login {", "chroot =", "inet_listener submission {", `port = ${port}`, "}", "}"],
    ],
  });
  await untilListening(port);
  const mechanisms: string[] = [];
  const trace = ({ text }: { text: string }) => {
    const mechanism = /^AUTH (\S+)/.exec(text)?.[1];
    if (mechanism) mechanisms.push(mechanism);
  };
  const send = (secret: string, mechanism?: "SCRAM-SHA-256" | "PLAIN") =>
    sendMail(`127.0.0.1:${port}`, MESSAGE, {
      tls: "none",
      trace,
      auth: { user: dovecot.user, secret, mechanism, withoutTls: true },
    });
  assertEquals((await send(dovecot.password)).accepted, 1);
  assertEquals((await send(dovecot.password, "SCRAM-SHA-256")).accepted, 1);
  assertEquals((await send(dovecot.password, "PLAIN")).accepted, 1);
  const error = await assertRejects(() => send("wrong"), ToucanError);
  assertEquals(error.code, "auth-refused");
  assertEquals(mechanisms, ["SCRAM-SHA-256", "SCRAM-SHA-256", "PLAIN", "SCRAM-SHA-256"]);
  assertEquals(sink.store.count, 3);
  const lines = ["", ".", "..", ".a", "ä".repeat(500), "end"];
  const auth = { user: dovecot.user, secret: dovecot.password, withoutTls: true };
  const client = new MailClient(`127.0.0.1:${port}`, { tls: "none", auth, chunking: true });
  for (let i = 0; i < 3; i++) {
    const mail = readyMail(new TextEncoder().encode(`Subject: ${i}\r\n\r\n${lines.join("\r\n")}\r\n`), {
      ...{ from: MESSAGE.from, to: [MESSAGE.to] },
    });
    assertEquals((await client.send(mail)).accepted, 1);
    const { id = "" } = sink.store.messages.at(-1) ?? {};
    const text = new TextDecoder().decode(await sink.store.read(id));
    assertEquals(text.slice(text.indexOf("\r\n\r\n") + 4), `${lines.join("\r\n")}\r\n`);
  }
  await client.close();
});
