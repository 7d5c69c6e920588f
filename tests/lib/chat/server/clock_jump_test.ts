import { assert, assertEquals, assertMatch } from "@std/assert";
import { ExpiryGate } from "../../../../lib/chat/server/expiry_gate.ts";
import { chatStage, type StagedClient } from "../../../kit/chat_stage.ts";

const [MINUTE, HOUR, YEAR] = [60_000, 3_600_000, 365 * 86_400_000];

/** Moves the clock of the machine, as this process sees it. */
class Clock implements Disposable {
  offset = 0;
  readonly #real = Date.now;

  constructor() {
    Date.now = () => this.#real() + this.offset;
  }

  [Symbol.dispose](): void {
    Date.now = this.#real;
  }
}

async function said(client: StagedClient, ...lines: readonly string[]): Promise<string> {
  client.heard();
  for (const line of lines) await client.say(line);
  return client.heard();
}

for (const [name, jump] of [["forward", YEAR], ["back", -YEAR]] as const) {
  Deno.test(`clock jumps a year ${name}: slow mode continues, and no client waits for a year`, async () => {
    using clock = new Clock();
    const { state, come } = chatStage();
    const [ann, ben] = [come(), come()];
    for (const [client, nick] of [[ann, "ann"], [ben, "ben"]] as const) {
      await said(client, `NICK ${nick}`, "USER u 0 * :r", "JOIN #a");
    }
    await said(ann, "MODE #a +w 30");
    assertEquals(await said(ben, "PRIVMSG #a :one"), "");
    assertMatch(await said(ben, "PRIVMSG #a :two"), /wait (?:29|30)s/);
    clock.offset = jump;
    assertMatch(await said(ben, "PRIVMSG #a :three"), /wait (?:29|30)s/);
    // In a network of servers the times are those of its log, which a server with another clock has written.
    const channel = state.channel("#a");
    channel?.setSpokeAt(ben.session, 2 * YEAR);
    assertEquals(channel?.wait(ben.session, 2 * YEAR + jump), 0);
    assertEquals(channel?.wait(ben.session, 2 * YEAR + jump + 1000), 29_000);
  });

  Deno.test(`clock jumps a year ${name}, and back again: invitations and bans are those from before`, async () => {
    using clock = new Clock();
    const { state, come } = chatStage();
    const ann = come();
    await said(ann, "NICK ann", "USER u 0 * :r");
    const token = state.invitations.create({ expires: Date.now() + HOUR }, Date.now()) ?? "";
    const valid = () => state.invitations.list(Date.now()).length;
    assertEquals(valid(), 1);
    clock.offset = jump;
    // Nothing is deleted by looking.
    assertEquals([valid(), state.invitations.redeem(token, Date.now()) !== undefined], [jump < 0 ? 1 : 0, jump < 0]);
    assertEquals(/ 001 ann /.test(await said(ann, "PING x")), false);
    clock.offset = 0;
    assert(state.invitations.redeem(token, Date.now()));
  });

  Deno.test(`clock jumps a year ${name}: locked logins stay locked for as long, and no longer`, () => {
    using clock = new Clock();
    const { state } = chatStage();
    for (let n = 0; n < 40; n++) state.guard.failed("192.0.2.1:1", "ann");
    const before = state.guard.wait("192.0.2.1:1", "ann");
    clock.offset = jump;
    const after = state.guard.wait("192.0.2.1:1", "ann");
    assert(after > 0 && Math.abs(before - after) < MINUTE, `${before} ${after}`);
  });

  Deno.test(`clock jumps a year ${name}: messages are received, and their times do not break a client`, async () => {
    using clock = new Clock();
    const { come } = chatStage();
    const [ann, ben] = [come(), come()];
    for (const [client, nick] of [[ann, "ann"], [ben, "ben"]] as const) {
      await said(client, "CAP REQ :server-time draft/chathistory batch", `NICK ${nick}`, "USER u 0 * :r", "CAP END");
      await said(client, "JOIN #a");
    }
    await said(ann, "PRIVMSG #a :one");
    clock.offset = jump;
    await said(ann, "PRIVMSG #a :two");
    clock.offset = 0;
    await said(ann, "PRIVMSG #a :three");
    const history = await said(ben, "CHATHISTORY LATEST #a * 10");
    assertEquals(history.match(/(?<=PRIVMSG #a :?)(?:one|two|three)/g)?.sort(), ["one", "three", "two"]);
    assertMatch(await said(ann, "WHOIS ben"), / 317 ann ben \d+ \d+ /);
  });
}

/** Times of the wall clock and of a steady one in minutes, and whether deletions are permitted then. */
const EXPIRY: readonly (readonly [what: string, wall: number, steady: number, open: boolean])[] = [
  ["at the start", 0, 0, true],
  ["a minute later", 1, 1, true],
  ["a clock that is corrected by NTP", 2.5, 2, true],
  ["a jump of a year", 525_602, 3, false],
  ["no further jump", 525_661, 62, false],
  ["an hour after the jump", 525_663, 64, true],
  ["a jump back", 65, 65, false],
  ["while the machine slept for ten hours", 666, 66, false],
  ["an hour after that", 727, 127, true],
];

Deno.test("clock jumps: for an hour nothing is deleted because of its age", () => {
  const gate = new ExpiryGate(0, 0);
  for (const [what, wall, steady, open] of EXPIRY) {
    assertEquals([what, gate.open(wall * MINUTE, steady * MINUTE)], [what, open]);
  }
});
