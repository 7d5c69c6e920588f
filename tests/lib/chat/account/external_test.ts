import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { joinChat, openChatAccounts, serveChat } from "../../../../lib/chat/mod.ts";
import { LoginGuard } from "../../../../lib/chat/server/account/login_guard.ts";
import { LoginLimit, NetworkError, SystemError } from "../../../../lib/core/mod.ts";
import { toBase64 } from "../../../../lib/core/sasl/plain.ts";
import { makeCertificate } from "../../../kit/certificates.ts";
import { loggedIn, PASSWORD, withAccounts } from "../../../kit/chat_accounts.ts";
import { ANY_PORT } from "../../../kit/irc.ts";
import { mismatchedKey } from "../../../kit/mismatched_key.ts";
import { HAS_FULL_TLS } from "../../../kit/runtime.ts";

/** Returns all that a client hears that sends lines over TLS, with a certificate if one is given. */
async function talk(
  at: { readonly port?: number; readonly caCerts: string[] },
  pair: { readonly cert?: string; readonly key?: string },
  lines: readonly string[],
): Promise<string> {
  const conn = await Deno.connectTls({ hostname: "localhost", port: at.port ?? 0, caCerts: at.caCerts, ...pair });
  const text = ["CAP LS 302", "CAP REQ sasl", "NICK guest", "USER a 0 * :a", ...lines, "CAP END", "QUIT"];
  await conn.write(new TextEncoder().encode(text.map((line) => `${line}\r\n`).join("")));
  return await new Response(conn.readable).text();
}

Deno.test({
  name: "sasl: EXTERNAL by a client certificate that was added, and by no other",
  ignore: !HAS_FULL_TLS,
  fn: () =>
    withAccounts(["ann", "ben"], async (history) => {
      const [tls, own, other] = await Promise.all([0, 1, 2].map(() => makeCertificate()));
      assert(tls && own && other);
      await using server = serveChat(ANY_PORT, { history, tls: { ...tls, clientCertificates: "optional" } });
      const at = { port: server.port, caCerts: [tls.cert] };
      const { cert, key } = own;
      // The certificate of a connection is added by its user.
      const hello = ["AUTHENTICATE PLAIN", `AUTHENTICATE ${toBase64(`\0ann\0${PASSWORD}`)}`, "CAP END"];
      const added = await talk(at, { cert, key }, [...hello, "NS CERT ADD", "NS CERT LIST", "NS CERT ADD xyz"]);
      assertMatch(added, /sasl=PLAIN,SCRAM-SHA-256,EXTERNAL /);
      assertMatch(added, /:Certificate [0-9a-f]{64} added\r\n/);
      assertMatch(added, /:1 certificates\r\n/);
      assertMatch(added, /:A fingerprint is a SHA-256 in hex\r\n/);
      const external = (
        user: string,
      ) => ["AUTHENTICATE EXTERNAL", `AUTHENTICATE ${user === "" ? "+" : toBase64(user)}`];
      assertMatch(await talk(at, { cert, key }, external("")), / 900 \S+ \S+ ann :/);
      assertMatch(await talk(at, { cert, key }, external("ANN")), / 900 \S+ \S+ ann :/);
      assertMatch(await talk(at, { cert, key }, external("ben")), / 904 /);
      assertMatch(await talk(at, { cert: other.cert, key: other.key }, external("")), / 904 /);
      const none = await talk(at, {}, external(""));
      assertMatch(none, / 904 /);
      assert(!none.includes("EXTERNAL "), "not offered without a certificate");
      // A certificate whose key the client does not have proves nothing.
      const stolen = await talk(at, { cert, key: await mismatchedKey(own) }, external("")).catch((error) => `${error}`);
      assert(!/ 900 /.test(stolen), stolen);
      await using ann = joinChat(`localhost:${server.port}`, {
        nick: "ann",
        account: "ann",
        tls: { caCerts: [tls.cert], clientCertificate: { cert, key } },
      });
      await ann.ready;
      const foreign = joinChat(`localhost:${server.port}`, {
        nick: "ben",
        account: "ben",
        tls: { caCerts: [tls.cert], clientCertificate: { cert, key } },
      });
      await assertRejects(() => foreign.finished, NetworkError, "SASL authentication failed");
    }),
});

Deno.test({
  name: "sasl: a runtime that cannot verify client certificates does not serve with them",
  ignore: HAS_FULL_TLS,
  fn: async () => {
    const tls = await makeCertificate();
    const start = () => serveChat(ANY_PORT, { tls: { ...tls, clientCertificates: "optional" } });
    await assertRejects(() => Promise.try(start), SystemError, "client certificates require Deno 2.8 or later");
  },
});

Deno.test("accounts: thirty guesses from many addresses lock an account for all, and no other", () => {
  const guard = new LoginGuard(new LoginLimit());
  for (let n = 0; n < 30; n++) guard.failed(`192.0.2.${n}:1`, "ann");
  assert(guard.wait("198.51.100.1:1", "ann") > 0);
  assertEquals(guard.wait("198.51.100.1:1", "ben"), 0);
});

Deno.test("accounts: a ban ends by itself", () =>
  withAccounts(["ann"], async (history) => {
    {
      using accounts = openChatAccounts(history);
      await accounts.ban("ann", { since: 0, until: 1 });
    }
    await using server = serveChat(ANY_PORT, { history });
    using _ann = await loggedIn(server.address, "ann");
  }));
