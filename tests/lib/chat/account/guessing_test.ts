import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { HashLimit } from "../../../../lib/chat/account/hash_limit.ts";
import { FileRefusal } from "../../../../lib/chat/files/refusal.ts";
import { FileHistory } from "../../../../lib/chat/history/file_history.ts";
import { uploadTicket } from "../../../../lib/chat/server/account/upload_login.ts";
import type { ChatState } from "../../../../lib/chat/server/state.ts";
import { fromBase64, toBase64 } from "../../../../lib/core/sasl/plain.ts";
import { Scram } from "../../../../lib/core/sasl/scram_client.ts";
import { cheapAccounts, PASSWORD, saslPlain, withAccounts } from "../../../kit/chat_accounts.ts";
import { chatStage, type StagedClient } from "../../../kit/chat_stage.ts";

/** A login from an address; returns what the server replied. */
type Way = (stage: Stage, peer: string, account: string, password: string) => Promise<string>;

interface Stage {
  readonly state: ChatState;
  readonly come: (peer: string) => Promise<StagedClient>;
}

async function said(client: StagedClient, lines: readonly string[]): Promise<string> {
  client.heard();
  for (const line of lines) await client.say(line);
  return client.heard();
}

async function scram({ come }: Stage, peer: string, account: string, password: string): Promise<string> {
  const client = await come(peer);
  const exchange = new Scram(account, password);
  await said(client, ["AUTHENTICATE SCRAM-SHA-256"]);
  const challenge = await said(client, [`AUTHENTICATE ${toBase64(exchange.first)}`]);
  const last = await exchange.answer(fromBase64(/AUTHENTICATE (\S+)/.exec(challenge)?.[1] ?? "") ?? "");
  const answer = await said(client, [`AUTHENTICATE ${toBase64(`${last}`)}`]);
  return / 90\d /.test(answer) ? answer : await said(client, ["AUTHENTICATE +"]);
}

/** All ways to log in by a password. */
const WAYS: Readonly<Record<string, Way>> = {
  "SASL PLAIN": async ({ come }, peer, account, password) => said(await come(peer), saslPlain(account, password)),
  "SASL SCRAM-SHA-256": scram,
  "NickServ IDENTIFY": async ({ come }, peer, account, password) =>
    said(await come(peer), [`PRIVMSG NickServ :IDENTIFY ${account} ${password}`]),
  "NS IDENTIFY": async ({ come }, peer, account, password) =>
    said(await come(peer), [`NS IDENTIFY ${account} ${password}`]),
  "upload": async ({ state }, peer, account, password) => {
    const error = await assertRejects(
      () => uploadTicket(state, { user: account, password }, { peer, secure: true }),
      FileRefusal,
    );
    return `${error.status} ${error.message}`;
  },
};
const LOCKED = /Too many failed logins|too many failed logins/;
// IDENTIFY takes the password as one word.
const RIGHT = PASSWORD.replaceAll(" ", "-");

async function withStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  await withAccounts([], async (path) => {
    using history = new FileHistory(path);
    const { state, come } = chatStage({}, history);
    await cheapAccounts(history.accounts).add("ann", RIGHT);
    let nicks = 0;
    await work({
      state,
      async come(peer) {
        const client = come({ peer, local: false, secure: true });
        for (const line of ["CAP REQ sasl", `NICK guest${nicks++}`, "USER u 0 * :r", "CAP END"]) await client.say(line);
        return client;
      },
    });
  });
}

Deno.test("guessing: no reply to a login tells whether the account exists", () =>
  withStage(async (stage) => {
    for (const [name, way] of Object.entries(WAYS)) {
      const replies = [];
      for (const account of ["ann", "nobody", "a!b"]) {
        const reply = await way(stage, `192.0.2.${replies.length}:1`, account, "wrong-password");
        replies.push(reply.replace(/guest\d+/g, "guest"));
      }
      assertEquals([name, new Set(replies).size], [name, 1], replies.join());
    }
  }));

Deno.test("guessing: failures of all ways and addresses count together for the account, which then no password opens", () =>
  withStage(async (stage) => {
    const ways = Object.values(WAYS);
    for (let n = 0; n < 30; n++) {
      assert(!LOCKED.test(await ways[n % ways.length]?.(stage, `198.51.100.${n}:1`, "ann", "wrong-password") ?? ""));
    }
    for (const [name, way] of Object.entries(WAYS)) {
      assertMatch(await way(stage, "203.0.113.1:1", "ann", RIGHT), LOCKED, name);
      assertMatch(await way(stage, "203.0.113.1:1", "ANN", RIGHT), LOCKED, name);
    }
    // Others are not affected, and nothing was said about accounts that do not exist.
    assertMatch(await WAYS["SASL PLAIN"]?.(stage, "203.0.113.1:1", "ben", RIGHT) ?? "", / 904 \S+ :SASL .*failed\r\n/);
  }));

Deno.test("guessing: failures of all ways count together for the address, with those of the server's password", () =>
  withStage(async (stage) => {
    const ways = Object.values(WAYS);
    for (let n = 0; n < 8; n++) {
      await ways[n % ways.length]?.(stage, `[2001:db8::${n}]:1`, `none${n}`, "wrong-password");
    }
    for (let n = 0; n < 2; n++) stage.state.info.logins.failed("[2001:db8::9]:1");
    for (const [name, way] of Object.entries(WAYS)) {
      assertMatch(await way(stage, "[2001:db8::a]:1", "ann", RIGHT), LOCKED, name);
    }
  }));

Deno.test("guessing: 200 guesses at once lock an account for a minute, as 30 do", () =>
  withStage(({ state }) => {
    for (let n = 0; n < 200; n++) state.guard.failed(`192.0.2.${n}:1`, "ann");
    const wait = state.guard.wait("203.0.113.1:1", "ann");
    assert(wait > 0 && wait <= 60_000, `${wait} ms`);
    return Promise.resolve();
  }));

Deno.test("HashLimit: 500 logins at once are all done; another address waits for one of them, not for all", async () => {
  const limit = new HashLimit(2, 1000);
  const order: string[] = [];
  const run = (origin: string) =>
    limit.run(async () => {
      await Promise.resolve();
      order.push(origin);
      return origin;
    }, origin);
  const storm = Array.from({ length: 500 }, () => run("192.0.2.1"));
  const other = run("198.51.100.1");
  assertEquals(new Set(await Promise.all([...storm, other])), new Set(["192.0.2.1", "198.51.100.1"]));
  assertEquals(order.length, 501);
  assert(order.indexOf("198.51.100.1") < 6, `it was number ${order.indexOf("198.51.100.1")}`);
});

Deno.test("HashLimit: at the limit, the origin with the most gives way, and gets undefined", async () => {
  const limit = new HashLimit(1, 4);
  const run = (origin: string) => limit.run(() => Promise.resolve(origin), origin);
  const flood = Array.from({ length: 8 }, () => run("a"));
  const others = [run("b"), run("c")];
  assertEquals(await Promise.all(others), ["b", "c"]);
  assertEquals(await Promise.all(flood), ["a", "a", "a", ...Array(5).fill(undefined)]);
  assertEquals(await Promise.all(Array.from({ length: 5 }, () => run("a"))), Array(5).fill("a"));
  assertEquals(await new HashLimit(0, 0).run(() => Promise.resolve(1)), undefined);
});
