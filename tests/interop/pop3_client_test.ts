import { assertEquals, assertRejects } from "@std/assert";
import { NetworkError } from "../../lib/core/mod.ts";
import { connectPop3, type Pop3ClientOptions, Pop3RefusedError } from "../../lib/mail/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { DOVECOT, type Dovecot, startDovecot } from "../kit/dovecot.ts";
import { peerTest } from "../kit/peer.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const MESSAGES = [
  "From: a@example.com\r\nSubject: one\r\n\r\nhello\r\n",
  "From: b@example.com\r\nSubject: two\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n",
  `From: c@example.com\r\nSubject: three\r\n\r\n${"x".repeat(70_000)}\r\n${"line\r\n".repeat(30_000)}`,
];

const authOf = ({ user, password }: Dovecot, more = {}) => ({ user, secret: password, ...more });

async function withDovecot(use: (dovecot: Dovecot, trusted: Pop3ClientOptions) => Promise<void>) {
  const tls = await makeCertificate();
  await using dovecot = await startDovecot({ tls });
  for (const message of MESSAGES) await dovecot.deliver(message.replaceAll("\r\n", "\n"));
  await use(dovecot, { trust: { caCerts: [tls.cert] }, auth: authOf(dovecot) });
}

for (const tls of ["starttls", "implicit", "opportunistic", "none"] as const) {
  peerTest(
    `pop3 ← dovecot: messages, listings and deletions (${tls})`,
    DOVECOT,
    () =>
      withDovecot(async ({ ports }, options) => {
        const address = `localhost:${tls === "implicit" ? ports.pop3s : ports.pop3}`;
        const how = { ...options, tls, auth: { ...options.auth, withoutTls: tls === "none" } };
        const uids: (string | undefined)[] = [];
        {
          await using client = await connectPop3(address, how);
          assertEquals(client.security !== undefined, tls !== "none");
          assertEquals((await client.stat()).count, MESSAGES.length);
          const listed = await client.list();
          uids.push(...listed.map(({ uid }) => uid));
          // Messages of one second have no order.
          const all: string[] = [];
          for (const { number, size } of listed) {
            const bytes = await client.retrieve(number);
            assertEquals(bytes.length, size);
            all.push(text(bytes));
            const head = text(await client.top(number));
            assertEquals(head, text(bytes).slice(0, text(bytes).indexOf("\r\n\r\n") + 4));
          }
          assertEquals(all.sort(), MESSAGES);
          await client.delete(1);
          const error = await assertRejects(() => client.retrieve(1), Pop3RefusedError);
          assertEquals(error.code, "message-refused");
          // Closed without QUIT: nothing is deleted.
        }
        {
          await using client = await connectPop3(address, how);
          assertEquals((await client.list()).map(({ uid }) => uid), uids);
          await client.delete(1);
          await client.reset();
          await client.delete(2);
          await client.quit();
        }
        await using client = await connectPop3(address, how);
        assertEquals((await client.list()).map(({ uid }) => uid), uids.filter((_, i) => i !== 1));
      }),
  );
}

peerTest(
  "pop3 ← dovecot: a wrong password, a login without TLS, and an untrusted certificate are refused",
  DOVECOT,
  () =>
    withDovecot(async ({ ports, user, password }, options) => {
      const address = `localhost:${ports.pop3}`;
      for (const mechanism of ["PLAIN", "USER"] as const) {
        const auth = { user, secret: "wrong", mechanism };
        const error = await assertRejects(() => connectPop3(address, { ...options, auth }), Pop3RefusedError);
        assertEquals([error.code, error.responseCode], ["auth-refused", "AUTH"]);
        await using client = await connectPop3(address, { ...options, auth: { ...auth, secret: password } });
        assertEquals((await client.stat()).count, 3);
      }
      const plain = await assertRejects(() => connectPop3(address, { ...options, tls: "none" }), NetworkError);
      assertEquals(plain.code, "auth-without-tls");
      const unknown = await assertRejects(() => connectPop3(address, { auth: options.auth }), NetworkError);
      assertEquals(unknown.code, "tls-unknown-issuer");
    }),
);
