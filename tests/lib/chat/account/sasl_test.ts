import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { plainMessage, toBase64 } from "../../../../lib/core/sasl/plain.ts";
import { Scram } from "../../../../lib/core/sasl/scram_client.ts";
import { fromBase64 } from "../../../../lib/core/sasl/plain.ts";
import { chatServer, RawIrc } from "../../../kit/irc.ts";
import { SASL_MECHANISMS, SaslExchange } from "../../../../lib/chat/server/account/sasl_exchange.ts";
import { cheapAccounts, loggedIn, PASSWORD, saslPlain, withAccounts } from "../../../kit/chat_accounts.ts";

/** Opens a connection that negotiates. */
async function negotiating(addr: string, nick = "ann"): Promise<RawIrc> {
  const client = await RawIrc.open(addr);
  await client.say("CAP LS 302", "CAP REQ :sasl", `NICK ${nick}`, "USER ann 0 * :ann");
  await client.hears(/ACK/);
  return client;
}

Deno.test("sasl: mechanisms are listed, PLAIN logs in, and others learn the account", () =>
  withAccounts(["Ann"], async (history) => {
    await using server = chatServer({ history });
    using ben = await RawIrc.in(
      server.address,
      "ben",
      "account-notify",
      "account-tag",
      "extended-join",
      "message-tags",
    );
    await ben.say("JOIN #a", "MONITOR + ann");
    using ann = await negotiating(server.address);
    assertMatch(ann.lines.join("\n"), /CAP \* LS (?:\* )?:.*\bsasl=PLAIN,SCRAM-SHA-256 /);
    await ann.say("AUTHENTICATE PLAIN");
    await ann.hears(/^(:\S+ )?AUTHENTICATE \+$/);
    await ann.say(`AUTHENTICATE ${plainMessage("ann", PASSWORD)}`, "CAP END");
    await ann.hears(/ 900 \* \* Ann :You are now logged in as Ann$/);
    await ann.hears(/ 903 \* :/);
    await ann.hears(/ 001 ann /);
    await ann.say("JOIN #a", "PRIVMSG #a :hello");
    assertMatch(await ben.hears(/:ann!.* JOIN /), /account=Ann.* JOIN #a Ann :?ann$/);
    assertMatch(await ben.hears(/ PRIVMSG /), /account=Ann/);
    await ben.say("WHOIS ann", "WHO ann %na", "WHO ben %na");
    await ben.hears(/ 330 ben ann Ann :is logged in as$/);
    await ben.hears(/ 354 ben ann Ann$/);
    await ben.hears(/ 354 ben ben 0$/);
    await ann.say("AUTHENTICATE PLAIN");
    await ann.hears(/ 907 /);
  }));

Deno.test("sasl: a client that is registered logs in, and its neighbours are notified", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history });
    using ben = await RawIrc.in(server.address, "ben", "account-notify");
    await ben.say("JOIN #a");
    // It shares no channel, and monitors the nickname.
    using watcher = await RawIrc.in(server.address, "watcher", "account-notify", "extended-monitor");
    await watcher.say("MONITOR + annie");
    await watcher.hears(/ 731 /);
    using ann = await RawIrc.in(server.address, "annie", "sasl", "labeled-response", "account-notify");
    await ann.say("JOIN #a");
    await ben.hears(/annie!\S+ JOIN/);
    await ann.say("AUTHENTICATE PLAIN", `@label=x AUTHENTICATE ${plainMessage("ANN", PASSWORD)}`);
    await ann.hears(/ 903 /);
    await watcher.hears(/^:annie!\S+ ACCOUNT ann$/);
    await ben.hears(/^:annie!\S+ ACCOUNT ann$/);
  }));

Deno.test("sasl: SCRAM-SHA-256, with a proof of the server; a wrong password has none", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history });
    for (
      const [name, password, good] of [["ann", PASSWORD, true], ["ann", "wrong one", false], [
        "no",
        "x",
        false,
      ]] as const
    ) {
      using client = await negotiating(server.address);
      const exchange = new Scram(name, password);
      const answer = async () =>
        fromBase64((await client.hears(/^(:\S+ )?AUTHENTICATE /)).split(" ").at(-1) ?? "") ?? "";
      await client.say("AUTHENTICATE SCRAM-SHA-256");
      await client.hears(/AUTHENTICATE \+/);
      await client.say(`AUTHENTICATE ${toBase64(exchange.first)}`);
      const last = await exchange.answer(await answer());
      assert(typeof last === "string");
      await client.say(`AUTHENTICATE ${toBase64(last)}`);
      if (good) {
        assert(exchange.proves(await answer()));
        await client.say("AUTHENTICATE +");
        await client.hears(/ 903 /);
      } else await client.hears(/ 904 /);
    }
  }));

/** Lines of a client after CAP REQ, and the numeric that answers the last of them. */
const REFUSED: readonly (readonly [lines: readonly string[], reply: RegExp])[] = [
  [["AUTHENTICATE"], / 461 /],
  [["AUTHENTICATE DIGEST-MD5"], / 908 .* PLAIN,SCRAM-SHA-256 :are available/],
  [["AUTHENTICATE EXTERNAL"], / 904 /],
  [["AUTHENTICATE PLAIN", "AUTHENTICATE *"], / 906 /],
  [["AUTHENTICATE PLAIN", `AUTHENTICATE ${"A".repeat(401)}`], / 905 /],
  [["AUTHENTICATE PLAIN", ...Array(5).fill(`AUTHENTICATE ${"A".repeat(400)}`)], / 905 /],
  [["AUTHENTICATE PLAIN", "AUTHENTICATE !!!"], / 904 /],
  [["AUTHENTICATE PLAIN", "AUTHENTICATE +"], / 904 /],
  [["AUTHENTICATE PLAIN", `AUTHENTICATE ${toBase64("a\0b\0c\0d")}`], / 904 /],
  // No account acts for another one.
  [["AUTHENTICATE PLAIN", `AUTHENTICATE ${toBase64(`ben\0ann\0${PASSWORD}`)}`], / 904 /],
  [saslPlain("ann", "wrong one"), / 904 /],
  [saslPlain("ann", "x".repeat(1000)), / 904 /],
  [saslPlain("nobody"), / 904 /],
  [saslPlain("a b"), / 904 /],
  [["AUTHENTICATE SCRAM-SHA-256", `AUTHENTICATE ${toBase64("p=tls-unique,,n=ann,r=x")}`], / 904 /],
  [["AUTHENTICATE SCRAM-SHA-256", `AUTHENTICATE ${toBase64("n,,n=ann,r=x")}`, "AUTHENTICATE AAAA"], / 904 /],
];

Deno.test("sasl: exchanges that are refused leave a client that can register without an account", () =>
  withAccounts(["ann", "ben"], async (history) => {
    await using server = chatServer({ history });
    for (const [lines, reply] of REFUSED) {
      using client = await negotiating(server.address);
      await client.say(...lines);
      await client.hears(reply);
      await client.say("NICK guest", "CAP END", "WHOIS guest");
      const rest = (await client.hears(/ 318 /), client.lines.join("\n"));
      assert(!/ 330 | 900 /.test(rest), `${lines}`);
    }
    using plain = await RawIrc.open(server.address);
    await plain.say("AUTHENTICATE PLAIN");
    await plain.hears(/ 904 /);
  }));

Deno.test("sasl: three failures close the connection, ten lock the address, and an account stays locked for all", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history });
    for (let n = 0; n < 3; n++) {
      using client = await negotiating(server.address);
      for (let n = 0; n < 3; n++) await client.say(...saslPlain("ann", "wrong one"));
      await client.hears(/^ERROR .*Too many failed logins/);
    }
    using last = await negotiating(server.address);
    await last.say(...saslPlain("ann", "wrong one"));
    await last.hears(/ 904 /);
    await last.say(...saslPlain("ann"));
    await last.hears(/ 904 \S+ :.*Too many failed logins, try again in \d+s/);
  }));

Deno.test("sasl: many lines behind a login wait for it, and stay in order", () =>
  withAccounts(["ann"], async (history) => {
    await using server = chatServer({ history });
    using ann = await loggedIn(server.address, "ann");
    await ann.say("PING a");
    await ann.hears(/PONG/);
    const order = ann.lines.flatMap((line) => / (90[03]|001) /.exec(line)?.[1] ?? []);
    assertEquals(order, ["900", "903", "001"]);
  }));

Deno.test("sasl: an account replaces the password of the server, and a banned account does not log in", () =>
  withAccounts(["ann", "ben"], async (history) => {
    {
      const { openChatAccounts } = await import("../../../../lib/chat/mod.ts");
      using accounts = openChatAccounts(history);
      await accounts.ban("ben", { since: 0, reason: "spam" });
    }
    await using server = chatServer({ history, password: "secret" });
    using _ann = await loggedIn(server.address, "ann");
    using ben = await negotiating(server.address, "ben");
    await ben.say(...saslPlain("ben"), "CAP END");
    await ben.hears(/ 904 \S+ :.*The account is banned: spam$/);
    await ben.hears(/ 433 \* ben :Nickname is reserved/);
    await ben.say("NICK guest");
    await ben.hears(/ 464 /);
  }));

Deno.test("sasl: 5,000 exchanges of random messages prove no account, and end within four of them", () => {
  const accounts = cheapAccounts();
  const message = fc.oneof(
    fc.constantFrom(
      "+",
      "*",
      "A".repeat(400),
      toBase64("n,,n=ann,r=x"),
      toBase64("\0ann\0x"),
      toBase64("c=biws,r=x,p=AAAA"),
    ),
    fc.string({ maxLength: 450 }),
    fc.base64String({ maxLength: 400 }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...SASL_MECHANISMS),
      fc.array(message, { minLength: 8, maxLength: 8 }),
      (name, messages) => {
        const exchange = new SaslExchange(name, accounts);
        const steps = messages.map((text) => exchange.take(text).kind);
        assert(!steps.includes("proved"), `${name} ${messages}`);
        assert(
          steps.some((kind) => kind === "wrong" || kind === "too-long" || kind === "password"),
          `${name} ${steps}`,
        );
      },
    ),
    { seed: 20261128, numRuns: 5000 },
  );
});
