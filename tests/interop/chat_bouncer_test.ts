import { assertEquals, assertMatch } from "@std/assert";
import { FileHistory } from "../../lib/chat/history/file_history.ts";
import { serveChat } from "../../lib/chat/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { cheapAccounts, loggedIn, withAccounts } from "../kit/chat_accounts.ts";
import { ANY_PORT, chatServer, RawIrc } from "../kit/irc.ts";
import { peerTest } from "../kit/peer.ts";
import { startZnc } from "../kit/znc.ts";

/** Connects a client to the bouncer. */
async function attach(port: number, ...caps: readonly string[]): Promise<RawIrc> {
  const client = await RawIrc.open(`127.0.0.1:${port}`);
  await client.say(`CAP REQ :${["batch", "server-time", ...caps].join(" ")}`, "CAP END");
  await client.say("PASS ann/here:bouncer", "NICK ann", "USER ann 0 * :ann");
  await client.hears(/ 001 ann /);
  return client;
}

/** Logs in by SASL PLAIN; what comes without a client is kept, and messages are passed on both ways. */
const byPassword = () =>
  withAccounts([], async (history) => {
    // It takes no password with a space.
    const password = "correct-horse";
    {
      using file = new FileHistory(history);
      await cheapAccounts(file.accounts).add("ann", password);
    }
    await using server = chatServer({ history });
    using ben = await RawIrc.in(server.address, "ben");
    await ben.say("JOIN #a");
    await ben.hears(/ 366 /);
    await using znc = await startZnc({ port: server.port ?? 0, mechanism: "PLAIN", password });
    assertMatch(await ben.hears(/:ann!\S+ JOIN /), /JOIN #a$/);
    await ben.say("WHOIS ann", "PRIVMSG #a :while you were away", "PRIVMSG ann :and in private");
    await ben.hears(/ 330 ben ann ann :/);
    await ben.upToNow();
    using ann = await attach(znc.port);
    assertMatch(await ann.hears(/ PRIVMSG #a /), /^@.*time=\S+ :ben!\S+ PRIVMSG #a :while you were away$/);
    assertMatch(await ann.hears(/ PRIVMSG ann /), /^@.*time=\S+ :ben!\S+ PRIVMSG ann :and in private$/);
    await ann.say("PRIVMSG #a :good morning", "TOPIC #a :tea");
    assertMatch(await ben.hears(/:ann!\S+ PRIVMSG #a /), /:good morning$/);
    await ben.say("PRIVMSG #a :hello");
    await ann.hears(/:ben!\S+ PRIVMSG #a :hello$/);
    // A second client of the bouncer sees the conversation; a client of the server reads it from the history.
    using phone = await attach(znc.port);
    await phone.hears(/:ben!\S+ PRIVMSG #a :hello$/);
    using later = await RawIrc.in(server.address, "later", "batch", "draft/chathistory");
    await later.say("JOIN #a", "CHATHISTORY LATEST #a * 10");
    await later.hears(/PRIVMSG #a :hello$/);
    assertEquals(
      later.lines.flatMap((line) => / PRIVMSG #a :(.*)/.exec(line)?.[1] ?? []).filter((text, at, all) =>
        all.indexOf(text) === at
      ),
      ["while you were away", "good morning", "hello"],
    );
  });

/** Logs in over TLS by the certificate of the bouncer. */
const byCertificate = () =>
  withAccounts(["ann"], async (history) => {
    const [tls, own] = await Promise.all([makeCertificate(), makeCertificate()]);
    {
      const der = Uint8Array.fromBase64(own.cert.replace(/-----[^-]+-----|\s/g, ""));
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", der)).toHex();
      await using plain = chatServer({ history });
      using ann = await loggedIn(plain.address, "ann");
      await ann.say(`NS CERT ADD ${digest}`);
      await ann.hears(/Certificate .* added/);
    }
    await using server = serveChat(ANY_PORT, { history, tls: { ...tls, clientCertificates: "optional" } });
    const certificate = `${own.cert}\n${own.key}`;
    await using znc = await startZnc({ port: server.port ?? 0, tls: true, mechanism: "EXTERNAL", certificate });
    using ann = await attach(znc.port);
    await ann.hears(/ 366 ann #a /);
    await ann.say("WHOIS ann");
    await ann.hears(/ 330 ann ann ann :/);
  });

peerTest(
  "chat: the bouncer ZNC logs in by SASL PLAIN and EXTERNAL, and passes messages on both ways",
  ["znc"],
  async () => {
    // It needs a second to connect: both at once.
    await Promise.all([byPassword(), byCertificate()]);
  },
);
