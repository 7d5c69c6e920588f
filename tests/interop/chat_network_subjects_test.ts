import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { connectChatNetwork } from "../../lib/chat/mod.ts";
import { connect } from "../../lib/deps/nats.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { startNats } from "../kit/nats.ts";
import { peerTest } from "../kit/peer.ts";
import { until } from "../kit/wait.ts";

const NAMES = 10_000;
/** Names that one client sends. */
const OF_ONE = 125;
const ID = "[0-9a-f]{12}";
/** All subjects on which a server publishes; none has a part that a client can choose. */
const SUBJECTS = [
  `toucan\\.chat\\.(?:alive|log\\.${ID})`,
  `toucan\\.chat\\.snapshot\\.\\d+(?:\\.${ID}\\.\\d+)?`,
  // Requests to the brokers about the three streams, and their answers.
  "\\$JS\\.API\\.INFO",
  "\\$JS\\.API\\.STREAM\\.(?:CREATE|INFO|PURGE|MSG\\.GET|MSG\\.DELETE)\\.(?:KV_)?toucan-chat(?:-snapshot|-accounts)?",
  "\\$JS\\.API\\.DIRECT\\.GET\\.KV_toucan-chat-accounts(?:\\.\\$KV\\.toucan-chat-accounts\\.[0-9a-f]{64})?",
  "\\$JS\\.API\\.CONSUMER\\.(?:CREATE|INFO|DELETE|MSG\\.NEXT)\\.(?:KV_)?toucan-chat(?:-snapshot|-accounts)?(?:\\.\\w+)?(?:\\.\\$KV\\.toucan-chat-accounts\\.>)?",
  "\\$JS\\.(?:ACK|FC|EVENT)\\.\\S*",
  "\\$KV\\.toucan-chat-accounts\\.[0-9a-f]{64}",
  "_INBOX\\.[A-Za-z0-9]{22}(?:\\.[A-Za-z0-9]+)?",
];
const FIXED = new RegExp(`^(?:${SUBJECTS.join("|")})$`);

/** Names made of what separates or matches parts of subjects, ends lines, or is rare. */
const piece = fc.constantFrom(
  ...[
    ".",
    "*",
    ">",
    " ",
    "\0",
    "\r",
    "\n",
    "\t",
    "$JS.API.",
    "$SYS.",
    "_INBOX.",
    "toucan.chat.log.",
    "/",
    "\\",
    "a",
    "Z",
    "ä",
  ],
  ...["\u{1f600}", "\u202e", "\x01", "\x7f", "#", ":", "x".repeat(60)],
);
const name = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""));
const COMMANDS: readonly ((name: string) => string)[] = [
  (name) => `JOIN #${name}`,
  (name) => `PRIVMSG ${name} :${name}`,
  (name) => `PRIVMSG #${name} :x`,
  (name) => `NICK ${name}`,
  (name) => `TOPIC #a :${name}`,
  (name) => `MODE #a +b ${name}`,
  (name) => `INVITE ${name} #${name}`,
  (name) => `REDACT #a ${name} :${name}`,
  (name) => `CHATHISTORY LATEST ${name} * 5`,
  (name) => `SETNAME :${name}`,
  (name) => `@+${name}=${name};label=${name} TAGMSG #a`,
  (name) => `NS ${name} ${name}`,
  (name) => `PART ${name} :${name}`,
  (name) => name,
];

peerTest("chat over NATS: of 10,000 hostile names, none becomes a part of a subject", ["nats-server"], async () => {
  await using nats = await startNats();
  const spy = await connect({ servers: nats.url });
  const subjects = new Set<string>();
  let logged = 0;
  spy.subscribe(">", {
    callback: (_, { subject }) => {
      subjects.add(subject);
      if (subject.startsWith("toucan.chat.log.")) logged++;
    },
  });
  await spy.flush();
  const cluster = await connectChatNetwork([nats.url], { snapshotEvents: 2000 });
  {
    await using server = chatServer({ cluster });
    const names = fc.sample(name, { seed: 18, numRuns: NAMES });
    await Promise.all(Array.from({ length: NAMES / OF_ONE }, async (_, who) => {
      // Some names end the line, and some lines the connection.
      using client = await RawIrc.in(server.address, `evil${who}`, "message-tags", "batch", "labeled-response");
      await client.say("JOIN #a");
      const own = names.slice(who * OF_ONE, (who + 1) * OF_ONE);
      await client.say(...own.map((name, i) => COMMANDS[i % COMMANDS.length]?.(name) ?? "")).catch(() => {});
      await client.upToNow().catch(() => {});
    }));
    using registers = await RawIrc.in(server.address, "registers", "draft/account-registration");
    await registers.say("REGISTER * * correct-horse-battery");
    await registers.hears(/ REGISTER /);
    await until("a snapshot", () => [...subjects].some((subject) => /^toucan\.chat\.snapshot\.\d+$/.test(subject)));
  }
  await spy.flush();
  await spy.close();
  assert(logged > 10, `${logged} messages`);
  assert([...subjects].some((subject) => subject.startsWith("$KV.")), "no account");
  assertEquals([...subjects].filter((subject) => !FIXED.test(subject)), []);
});
