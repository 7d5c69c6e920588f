import { assertEquals, assertMatch } from "@std/assert";
import {
  type ChatServer,
  type ChatServerOptions,
  connectChatNetwork,
  openChatNetworkAccounts,
} from "../../lib/chat/mod.ts";
import { loggedIn, PASSWORD, saslPlain } from "../kit/chat_accounts.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { withFolder } from "../kit/folder.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

const PEERS = ["nats-server"];
/** NickServ splits its messages at spaces. */
const SECRET = "correct-horse";

/** Starts a server of the network of a broker. */
async function member(url: string, options: ChatServerOptions = {}) {
  const states: string[] = [];
  const cluster = await connectChatNetwork([url], { onEvent: ({ event }) => states.push(event) });
  const server: ChatServer = chatServer({ ...options, cluster });
  await until("entered", () => states.includes("entered"));
  return { server, states, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function joined(client: RawIrc, channel: string): Promise<RawIrc> {
  await client.say(`JOIN ${channel}`);
  await client.hears(/ 366 /);
  return client;
}

peerTest("accounts over NATS: registered on one server, known on all", PEERS, async () => {
  await using nats = await startNats();
  await using a = await member(nats.url);
  await using b = await member(nats.url);
  using one = await RawIrc.in(
    a.server.address,
    "ann",
    "account-notify",
    "extended-join",
    "message-tags",
    "account-tag",
  );
  using two = await RawIrc.in(
    b.server.address,
    "ben",
    "account-notify",
    "extended-join",
    "message-tags",
    "account-tag",
  );
  await joined(one, "#a");
  await joined(two, "#a");
  await one.hears(/ben!\S+ JOIN #a \* :?ben/);
  await one.say(`REGISTER ann * :${SECRET}`);
  await one.hears(/ REGISTER SUCCESS ann /);
  await one.hears(/ 900 ann /);
  await two.hears(/ann!\S+ ACCOUNT :?ann/);
  await one.say("PRIVMSG #a :tagged");
  assertMatch(await two.hears(/tagged/), /^@(?:.*;)?account=ann[; ]/);
  await two.say("WHOIS ann");
  await two.hears(/ 330 ben ann ann /);

  // NickServ, PLAIN and SCRAM log in on the other server; the nickname is reserved there.
  await two.say(`PRIVMSG NickServ :REGISTER ${SECRET}`);
  await two.hears(/You are now logged in as ben/);
  await one.hears(/ben!\S+ ACCOUNT :?ben/);
  using again = await RawIrc.open(a.server.address);
  await again.say("NICK BEN", "USER u 0 * :u");
  await again.hears(/ 433 /);
  await again.say("NICK other");
  await again.hears(/ 001 /);
  await joined(again, "#a");
  await again.say("PRIVMSG NickServ :IDENTIFY ben wrong password");
  await again.hears(/Invalid account or password/);
  await again.say(`NS IDENTIFY ben ${SECRET}`);
  await again.hears(/You are now logged in as ben/);
  await two.hears(/other!\S+ ACCOUNT :?ben/);
  // The owner takes the nickname of the client on another server by name only.
  await again.say("NS GHOST ben");
  await two.hears(/^ERROR .*GHOST command used by other/);
  await again.hears(/ben!\S+ QUIT/);
  await again.say("NICK ben");
  await again.hears(/other!\S+ NICK :?ben/);

  // The founder is known by the account, on whatever server.
  await again.say("JOIN #own", "CS REGISTER #own", "PART #own");
  await again.hears(/PART #own/);
  using later = await RawIrc.in(b.server.address, "later", "sasl");
  await joined(later, "#own");
  await later.say("NAMES #own", "CS INFO #own");
  assertMatch(await later.hears(/ 353 /), /:later$/);
  await later.hears(/#own belongs to ben/);
  await later.say(...saslPlain("ben", SECRET));
  await later.hears(/ 903 /);
  await later.say("NAMES #own");
  assertMatch(await later.hears(/ 353 /), /[~@]later/);
  await later.say("CS ACCESS #own ann OP");
  await later.hears(/ann: op/);
  await one.say("JOIN #own");
  assertMatch(await one.hears(/ 353 /), /@ann/);

  // Logged out, then deleted: the name stays taken, and the channel belongs to no account.
  await again.say("NS LOGOUT");
  assertMatch(await two.ended().then(() => again.hears(/ben!\S+ NICK /)), /NICK :?guest\d+$/);
  await one.hears(/ben!\S+ NICK :?guest\d+$/);
  await later.say("NS DROP");
  const [, code = ""] = /DROP ben (\w+)/.exec(await later.hears(/To confirm/)) ?? [];
  await later.say(`NS DROP ben ${code}`);
  await later.hears(/Account ben was deleted/);
  await one.say("CS INFO #own", "NS INFO ben");
  await one.hears(/#own belongs to no account/);
  await one.hears(/There is no account ben/);
  await again.say("NICK ben", `REGISTER * * :${SECRET}`);
  await again.hears(/ FAIL REGISTER ACCOUNT_EXISTS /);
});

peerTest(
  "accounts over NATS: names that look alike, registered at once on two servers: one exists",
  PEERS,
  async () => {
    await using nats = await startNats();
    await using a = await member(nats.url);
    await using b = await member(nats.url);
    const names = ["paypal1", "paypall"];
    const clients = await Promise.all([a, b].map(({ server }, i) => RawIrc.in(server.address, names[i] ?? "")));
    await Promise.all(clients.map((client, i) => client.say(`REGISTER ${names[i]} * :${PASSWORD}`)));
    const answers = await Promise.all(clients.map((client) => client.hears(/ REGISTER /)));
    assertEquals(answers.map((line) => /SUCCESS|BAD_ACCOUNT_NAME/.exec(line)?.[0]).sort(), [
      "BAD_ACCOUNT_NAME",
      "SUCCESS",
    ]);
    for (const client of clients) client[Symbol.dispose]();
  },
);

peerTest(
  "chat account --nats: added, banned and listed while servers run; without the broker logins go on",
  PEERS,
  () =>
    withFolder(async (folder) => {
      const secret = `${folder}/secret`;
      await Deno.writeTextFile(secret, PASSWORD, { mode: 0o600 });
      const nats = await startNats({ folder: `${folder}/nats` });
      const account = (...words: string[]) => runTool("chat", ["account", ...words, "--nats", nats.url]);
      await using a = await member(nats.url, { requireAccount: true });
      await using b = await member(nats.url, { registration: "closed", operatorAccounts: ["ann"] });
      await using accounts = await openChatNetworkAccounts([nats.url]);
      await accounts.add("ben", PASSWORD);
      const { code, stderr } = await account("add", "ann", "--password-file", secret);
      assertEquals([code, stderr], [0, ""]);
      using stranger = await RawIrc.open(a.server.address);
      await stranger.say("NICK x", "USER x 0 * :x");
      await stranger.hears(/ACCOUNT_REQUIRED_TO_CONNECT/);
      using ben = await loggedIn(a.server.address, "ben");
      using ann = await loggedIn(b.server.address, "ann");
      await ann.hears(/ MODE ann \+o/);
      await ann.say("REGISTER * * :another password");
      await ann.hears(/TEMPORARILY_UNAVAILABLE/);
      await accounts.ban("ben", { since: Date.now(), reason: "spam" });
      await ben.hears(/^ERROR .*Account banned: spam/);
      const listed = await account("list", "--json");
      const records = listed.stdout.trim().split("\n").map((line) => JSON.parse(line));
      assertEquals(records.map(({ name, ban }) => [name, ban?.reason]), [["ann", undefined], ["ben", "spam"]]);

      await nats[Symbol.asyncDispose]();
      await Promise.all([a, b].map(({ states }) => until("unavailable", () => states.includes("unavailable"))));
      using waiting = await RawIrc.open(b.server.address);
      await waiting.say("CAP REQ sasl", "NICK second", "USER u 0 * :u", ...saslPlain("ann"));
      await waiting.hears(/ 903 /);
      await waiting.say("CAP END");
      using guest = await RawIrc.open(a.server.address);
      await guest.say("NICK guest", "REGISTER * * :another password");
      await guest.hears(/ FAIL REGISTER /);
      await using _ = await startNats({ folder: `${folder}/nats`, port: nats.port });
      await waiting.hears(/ 001 second /);
      // Changes are seen again.
      await accounts.add("cyd", PASSWORD);
      await until("the record of cyd", async () => {
        await ann.say("NS INFO cyd");
        return / registered 2/.test(await ann.hears(/cyd was registered|no account cyd/));
      });
      using _cyd = await loggedIn(a.server.address, "cyd");
      // Before the broker: servers wait for the last events.
      await Promise.all([a, b].map(({ server }) => server.shutdown()));
    }),
);
