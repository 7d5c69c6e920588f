import { assertEquals, assertRejects } from "@std/assert";
import { Deadline, NetworkError } from "../../lib/core/mod.ts";
import { DnsConnections, type NameServer, type TlsSettings } from "../../lib/dns/internal.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { peerTest } from "../kit/peer.ts";
import { startUnbound } from "../kit/unbound.ts";
import { DEADLINE_MS } from "../kit/wait.ts";

async function ask(server: NameServer, tls: TlsSettings, count = 1): Promise<string[]> {
  await using connections = new DnsConnections({ tls });
  using deadline = new Deadline({ timeout: DEADLINE_MS }, "ask", "resolve");
  const names = Array.from({ length: count }, (_, number) => `n${number}.example.test.`);
  const replies = await Promise.all(names.map((name) => connections.exchange(server, { name, type: "A" }, deadline)));
  return replies.map(({ message, transport }) =>
    `${transport} ${message.answers[0]?.name} ${message.answers[0]?.data}`
  );
}

const expected = (protocol: string, count = 1) =>
  Array.from({ length: count }, (_, number) => `${protocol} n${number}.example.test. 192.0.2.1`);

peerTest(
  "unbound answers ours over TLS and HTTPS, and a wrong name, pin, authority or date is refused",
  ["unbound"],
  async () => {
    const authority = await makeCertificate({ authority: true, names: [] });
    const certificate = await makeCertificate({ names: ["dns.test", "127.0.0.1"], issuer: authority });
    await using server = await startUnbound(certificate);
    const caCerts = [authority.cert];
    const tls: NameServer = { protocol: "tls", host: "127.0.0.1", port: server.tls };
    const https: NameServer = { protocol: "https", host: "127.0.0.1", port: server.https, path: "/dns-query" };
    assertEquals(await ask({ ...tls, tlsName: "dns.test" }, { caCerts }, 250), expected("tls", 250));
    assertEquals(await ask(tls, { pin: certificate.pin }), expected("tls"));
    assertEquals(await ask(tls, { insecure: true }), expected("tls"));
    assertEquals(await ask(https, { caCerts }, 50), expected("https", 50));
    assertEquals(await ask({ ...https, method: "GET" }, { caCerts }), expected("https"));
    assertEquals(await ask(https, { pin: certificate.pin }), expected("https"));
    assertEquals(await ask(https, { insecure: true }), expected("https"));
    const refused: readonly (readonly [NameServer, TlsSettings, string])[] = [
      [{ ...tls, tlsName: "other.test" }, { caCerts }, "tls-name-mismatch"],
      [tls, { pin: authority.pin }, "pin-mismatch"],
      [tls, {}, "tls-unknown-issuer"],
      [https, { pin: authority.pin }, "pin-mismatch"],
      [https, {}, "tls-unknown-issuer"],
    ];
    for (const [to, settings, code] of refused) {
      assertEquals((await assertRejects(() => ask(to, settings), NetworkError)).code, code);
    }
  },
);

peerTest("unbound with an expired certificate is refused over TLS and HTTPS", ["unbound"], async () => {
  const authority = await makeCertificate({ authority: true, names: [] });
  const certificate = await makeCertificate({ issuer: authority, days: [-3, -1] });
  await using server = await startUnbound(certificate);
  const caCerts = [authority.cert];
  for (const [protocol, port] of [["tls", server.tls], ["https", server.https]] as const) {
    const error = await assertRejects(() => ask({ protocol, host: "127.0.0.1", port }, { caCerts }), NetworkError);
    assertEquals(error.code, "tls-expired");
  }
});
