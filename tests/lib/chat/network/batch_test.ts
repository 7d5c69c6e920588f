import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeBatch, EVENT_VERSION, MAX_BATCH_BYTES, parseBatch } from "../../../../lib/chat/network/codec/batch.ts";
import type { EventBatch, NetworkEvent } from "../../../../lib/chat/network/codec/event.ts";
import { isNetworkName, subjectsOf } from "../../../../lib/chat/network/codec/subjects.ts";

const SERVER = "0123456789ab";
const empty = { version: EVENT_VERSION, server: SERVER, first: 1, time: 5, events: [] };
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const text = fc.string({ maxLength: 60, unit: "binary" }).map((text) => text.replace(/[\0\r\n\ud800-\udfff]/g, ""));
const member = fc.nat();
const identity = fc.record({
  ...{ nick: text, user: text, realname: text, host: text, secure: fc.boolean(), since: fc.nat() },
  ...{ account: fc.option(text, { nil: undefined }), away: fc.option(text, { nil: undefined }) },
  capabilities: fc.array(text, { maxLength: 5 }),
});
const digest = fc.constantFrom("0".repeat(64), "9af".repeat(21) + "9");
const anyEvent: fc.Arbitrary<NetworkEvent> = fc.oneof(
  fc.record({ kind: fc.constant("hello" as const), name: text }),
  fc.record({
    ...{ kind: fc.constant("enter" as const), member, identity },
    invitation: fc.option(fc.record({ hash: digest, next: digest }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("moderation" as const), text }),
  fc.record({
    ...{ kind: fc.constant("invitation" as const), hash: digest, expires: fc.nat(), once: fc.boolean() },
  }),
  fc.record({ kind: fc.constant("invitation-revoked" as const), id: text }),
  fc.record({
    kind: fc.constant("login-failed" as const),
    address: fc.option(text, { nil: undefined }),
    account: fc.option(text, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("registered" as const), address: text }),
  fc.record({ kind: fc.constant("line" as const), member, line: text }),
  fc.record({ kind: fc.constant("operator" as const), member }),
  fc.record({ kind: fc.constant("login" as const), member, account: text }),
  fc.record({ kind: fc.constant("account" as const), key: text, name: text }),
  fc.record({ kind: fc.constant("account-deleted" as const), key: text }),
  fc.record({ kind: fc.constant("quit" as const), member, reason: text }),
  fc.record({ kind: fc.constant("gone" as const), server: fc.constant(SERVER), heard: fc.nat(), reason: text }),
);

Deno.test("events of a network: what is written is read", () => {
  const anyBatch = fc.record({
    ...{ version: fc.constant(EVENT_VERSION), server: fc.constant(SERVER), first: fc.nat(), time: fc.nat() },
    events: fc.array(anyEvent, { maxLength: 8 }),
  });
  fc.assert(
    fc.property(anyBatch, (batch: EventBatch) => {
      const plain: unknown = JSON.parse(JSON.stringify(batch));
      assertEquals(JSON.parse(JSON.stringify(parseBatch(encodeBatch(batch)))), plain);
    }),
    { seed: 18, numRuns: 300 },
  );
});

Deno.test("events of a network: mutated bytes are a problem or a batch, never an error", () => {
  const whole = encodeBatch({ ...empty, events: [{ kind: "line", member: 1, line: "PRIVMSG #a :x" }] });
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
      const bytes = whole.slice(0, end);
      bytes[at] = byte;
      const read = parseBatch(bytes);
      if (typeof read === "string" || !("events" in read)) return;
      for (const event of read.events) if (event.kind === "line") assert(!/[\0\r\n]/.test(event.line));
    }),
    { seed: 18, numRuns: 500 },
  );
});

const wire = { v: EVENT_VERSION, s: SERVER, n: 1, t: 5, e: [] };
const REFUSED: readonly [name: string, value: unknown, problem: unknown][] = [
  ["no object", [], "malformed"],
  ["no version", { ...wire, v: undefined }, "malformed"],
  ["a version two above", { ...wire, v: EVENT_VERSION + 2, e: "of another form" }, { version: EVENT_VERSION + 2 }],
  ["a server that is no id", { ...wire, s: "a.b.>" }, "malformed"],
  ["a negative number", { ...wire, n: -1 }, "malformed"],
  ["an event without kind", { ...wire, e: [{}] }, "malformed"],
  ["a line break in a line", { ...wire, e: [{ kind: "line", member: 1, line: "A\r\nB" }] }, "malformed"],
  ["a line that is too long", { ...wire, e: [{ kind: "line", member: 1, line: "A".repeat(8193) }] }, "malformed"],
  ["a member that is text", { ...wire, e: [{ kind: "quit", member: "1", reason: "" }] }, "malformed"],
  ["an identity without a nickname", { ...wire, e: [{ kind: "enter", member: 1, identity: {} }] }, "malformed"],
  ["a login without an account", { ...wire, e: [{ kind: "login", member: 1 }] }, "malformed"],
  ["an account with a line break", { ...wire, e: [{ kind: "account", key: "a", name: "a\n" }] }, "malformed"],
  ["too many bytes", { ...wire, x: "x".repeat(MAX_BATCH_BYTES) }, "too-long"],
];
for (const [name, value, problem] of REFUSED) {
  Deno.test(`events of a network: ${name} is refused`, () => assertEquals<unknown>(parseBatch(bytes(value)), problem));
}

Deno.test("events of a network: the next version may have fields and kinds that this one does not know", () => {
  const next = {
    ...wire,
    v: EVENT_VERSION + 1,
    new: 1,
    e: [{ kind: "later" }, { kind: "quit", member: 1, reason: "" }],
  };
  const read = parseBatch(bytes(next));
  assert(typeof read === "object" && "events" in read);
  assertEquals(read.events.map(({ kind }) => kind), ["unknown", "quit"]);
});

Deno.test("names of a network at the brokers: parts of subjects only", () => {
  assertEquals(["chat", "Team_1-x"].map(isNetworkName), [true, true]);
  assertEquals(["", "-a", "a.b", "a*", ">", "a b", "a".repeat(33)].map(isNetworkName), Array(7).fill(false));
  const { stream, all, alive, log } = subjectsOf("team");
  assertEquals([stream, all, alive, log(SERVER)], [
    "toucan-team",
    "toucan.team.log.*",
    "toucan.team.alive",
    `toucan.team.log.${SERVER}`,
  ]);
});
