import { assertEquals, assertMatch } from "@std/assert";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { MemoryHistory } from "../../../../lib/chat/history/memory_history.ts";
import { type RegisteredClient, registeredStage } from "../../../kit/chat_registered.ts";

const CAPS =
  "message-tags batch draft/chathistory draft/read-marker soju.im/search draft/message-redaction echo-message";
const TIMES = "timestamp=2020-01-01T00:00:00.000Z timestamp=2040-01-01T00:00:00.000Z";

/** Sends a line and returns the replies, without their tags and the names of batches. */
function ask(client: RegisteredClient, line: string): string[] {
  client.sent.length = 0;
  client.say(line);
  return client.sent.map((text) => text.trimEnd().replace(/^@\S+ /, "").replace(/ BATCH ([+-])\S+/, " BATCH $1"));
}

for (
  const [name, make] of [["memory", () => new MemoryHistory()], ["a file", () => new FileHistory(":memory:")]] as const
) {
  Deno.test(`serveChat: private conversations of accounts are kept in ${name}, and no other account reads them`, () => {
    using history = make();
    const { come } = registeredStage(CAPS, history);
    const [ann, ben, guest, eve] = [come("ann", "Ann"), come("ben", "ben"), come("guest"), come("eve", "eve")];
    ann.say("PRIVMSG ben :one secret");
    ben.say("PRIVMSG ann :two secrets");
    guest.say("PRIVMSG ann :not kept");
    ann.say("PRIVMSG guest :not kept");
    ann.say("TAGMSG ben");
    const whole = [
      ":ann!u@h PRIVMSG ben :one secret",
      ":ben!u@h PRIVMSG ann :two secrets",
    ];
    const batch = (type: string, lines: readonly string[]) => [`:s.test BATCH + ${type}`, ...lines, ":s.test BATCH -"];
    assertEquals(ask(ann, "CHATHISTORY LATEST ben * 9"), batch("chathistory ben", whole));
    assertEquals(
      ask(ben, "CHATHISTORY BEFORE ANN timestamp=2040-01-01T00:00:00.000Z 1"),
      batch("chathistory ann", whole.slice(1)),
    );
    assertEquals(ask(eve, "CHATHISTORY LATEST ben * 9"), batch("chathistory ben", []));
    for (const [client, target] of [[guest, "ann"], [ann, "guest"], [ann, "#none"]] as const) {
      assertMatch(
        ask(client, `CHATHISTORY LATEST ${target} * 9`).join(),
        /^:s.test FAIL CHATHISTORY INVALID_TARGET LATEST /,
      );
    }
    assertEquals(ask(ann, `CHATHISTORY TARGETS ${TIMES} 9`).map((line) => line.replace(/ \S+Z$/, "")), [
      ":s.test BATCH + draft/chathistory-targets",
      ":s.test CHATHISTORY TARGETS ben",
      ":s.test BATCH -",
    ]);
    assertEquals(ask(ann, "SEARCH text=secret"), batch("soju.im/search", whole.slice(0, 1)));
    assertEquals(ask(ben, "SEARCH in=ann;text=secrets"), batch("soju.im/search", whole.slice(1)));
    assertEquals(ask(eve, "SEARCH text=secret"), batch("soju.im/search", []));
    // The account is what counts, not the nickname.
    ann.say("NICK other");
    const fake = come("ann", "eve");
    assertEquals(ask(fake, "CHATHISTORY LATEST ben * 9"), batch("chathistory ben", []));
    assertEquals(ask(ben, "CHATHISTORY LATEST other * 9"), batch("chathistory other", whole));
    const id = history.find({ channel: "@ann ben", only: "", limit: 1 })[0]?.id ?? "";
    assertMatch(ask(ann, `REDACT ben ${id}`).join(), /FAIL REDACT REDACT_FORBIDDEN /);
    assertMatch(ask(ben, `REDACT other ${id}`).join(), /^:ben!u@h REDACT other /);
    assertEquals(ask(ann, "CHATHISTORY LATEST ben * 9"), batch("chathistory ben", whole.slice(0, 1)));
  });

  Deno.test(`serveChat: read markers of an account are kept in ${name}, for all its clients`, () => {
    using history = make();
    const { come } = registeredStage(CAPS, history);
    const [one, two, guest] = [come("ann", "Ann"), come("ann2", "Ann"), come("guest")];
    const at = (day: number) => `timestamp=2026-01-0${day}T00:00:00.000Z`;
    assertEquals(ask(one, "MARKREAD #a"), [":s.test MARKREAD #a *"]);
    two.sent.length = 0;
    assertEquals(ask(one, `MARKREAD #a ${at(3)}`), [`:s.test MARKREAD #a ${at(3)}`]);
    assertEquals(two.sent, [`:s.test MARKREAD #a ${at(3)}\r\n`]);
    assertEquals(ask(two, `MARKREAD #A ${at(2)}`), [`:s.test MARKREAD #A ${at(3)}`]);
    assertEquals(ask(guest, "MARKREAD #a"), [":s.test MARKREAD #a *"]);
    assertMatch(ask(come("again", "ann"), "JOIN #a").join("\n"), /MARKREAD #a timestamp=2026-01-03T00:00:00\.000Z/);
  });
}
