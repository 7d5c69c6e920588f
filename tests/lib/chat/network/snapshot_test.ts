import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { LoginLimit } from "../../../../lib/core/mod.ts";
import { MemoryHistory } from "../../../../lib/chat/history/memory_history.ts";
import { NetworkAccounts } from "../../../../lib/chat/network/accounts/network_accounts.ts";
import { EVENT_VERSION } from "../../../../lib/chat/network/codec/batch.ts";
import type { EventBatch, NetworkEvent } from "../../../../lib/chat/network/codec/event.ts";
import { encodeManifest, parseManifest, SNAPSHOT_VERSION } from "../../../../lib/chat/network/codec/manifest.ts";
import { parseRecord, type SnapshotRecord, writeRecord } from "../../../../lib/chat/network/codec/snapshot.ts";
import type { UsedInvitation } from "../../../../lib/chat/server/shared_fact.ts";
import { Replica } from "../../../../lib/chat/network/replica.ts";
import { packSnapshot, unpackSnapshot } from "../../../../lib/chat/network/snapshot_parts.ts";
import { CHAT_LIMITS } from "../../../../lib/chat/server/options.ts";
import { CommitQueue } from "../../../../lib/chat/server/send/commit_queue.ts";
import { ChatState } from "../../../../lib/chat/server/state.ts";

const SERVERS = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"];
const CAPABILITIES = ["draft/multiline", "batch", "draft/message-redaction", "message-tags"];

/** Creates a replica without clients of its own, which continues from a snapshot. */
function replica(records: readonly SnapshotRecord[] = []) {
  const history = new MemoryHistory();
  const commits = new CommitQueue(history, {
    paused: () => {},
    failed: (error) => {
      throw error;
    },
  });
  const info = {
    ...{ name: "toucan.local", network: "Toucan", version: "test", replay: 20, logins: new LoginLimit() },
    ...{ operators: new Map(), operatorAccounts: new Set<string>() },
  };
  const state = new ChatState(info, CHAT_LIMITS, history, commits);
  const accounts = new NetworkAccounts({
    add: () => Promise.resolve(1),
    update: () => Promise.resolve(2),
    read: () => Promise.resolve(undefined),
    watch: () => Promise.resolve(),
  });
  const replica = new Replica(
    state,
    { find: () => undefined, has: () => false, applied: () => {}, gone: () => {} },
    accounts,
  );
  const log = {
    get applying() {
      return replica.applying;
    },
    before: () => undefined,
    write: () => false,
    enter: () => {},
    grantOperator: () => {},
    available: true,
    logIn: () => Promise.resolve(),
    shareAccount: () => Promise.resolve(true),
    share: () => true,
    quit: () => {},
    close: () => Promise.resolve(),
  };
  state.network = log;
  replica.restore(records);
  const capture = (): SnapshotRecord[] => {
    const lines = state.history.recent(1000, 200).map((entry) => ({ kind: "line" as const, entry }));
    return [...replica.capture(), ...lines];
  };
  return { apply: (batch: EventBatch, sequence: number) => replica.apply(batch, sequence), capture, state };
}

const LINES = [
  ...["JOIN #a", "JOIN #b", "JOIN #c key", "PART #a", "PART #b", "JOIN 0", "PRIVMSG #a :one", "PRIVMSG #b :two"],
  ...["NICK x1", "NICK x2", "NICK x3", "AWAY :out", "AWAY", "SETNAME :other", "MODE x1 +B", "MODE #a +i", "MODE #a -i"],
  ...["MODE #a +w 30", "MODE #b +k key", "MODE #b +b *!*@*.test", "MODE #b +l 3", "MODE #a +v n2", "MODE #a -o n1"],
  ...["TOPIC #a :new", "TOPIC #b :", "KICK #a n2 :out", "INVITE n3 #a", "PRIVMSG n2 :private", "MODE #a +m"],
  ...["BATCH +m draft/multiline #a", "@batch=m PRIVMSG #a :first", "@batch=m PRIVMSG #a :second", "BATCH -m"],
  ...[
    "@batch=m PRIVMSG #b :elsewhere",
    "REDACT #a aaaaaaaaaaaa-3",
    "REDACT #a bbbbbbbbbbbb-5",
    "UBAN ADD 192.0.2.1 :x",
  ],
  ...["CAP REQ :echo-message", "CAP REQ :-batch", "TAGMSG #a", "KILL n2 :x", "WALLOPS :x"],
  ...["MARKREAD #a timestamp=2023-11-14T22:13:20.001Z", "MARKREAD n2 timestamp=2030-01-01T00:00:00.000Z"],
];

const HASHES = ["a", "b", "c"].map((letter) => letter.repeat(64));
const FACTS: readonly NetworkEvent[] = [
  { kind: "invitation", hash: HASHES[0] ?? "", expires: 1_700_000_200_000, once: true },
  { kind: "invitation", hash: HASHES[1] ?? "", expires: 1_700_000_100_000, once: false },
  { kind: "invitation-revoked", id: "a".repeat(12) },
  { kind: "moderation", text: JSON.stringify({ key: "", action: "oper", by: "n1!u@h", time: 5 }) },
  { kind: "moderation", text: "{}" },
  { kind: "login-failed", address: "192.0.2.1", account: "n1" },
  { kind: "registered", address: "192.0.2.1" },
];

/** Returns batches that pairs of numbers stand for: clients of two servers enter, send lines, and leave. */
function logOf(steps: readonly (readonly [who: number, what: number])[]): EventBatch[] {
  const next = [1, 1];
  const make = (server: number, events: readonly NetworkEvent[], i: number): EventBatch => {
    const first = next[server] ?? 1;
    next[server] = first + events.length;
    return { version: EVENT_VERSION, server: SERVERS[server] ?? "", first, time: 1_700_000_000_000 + i * 7000, events };
  };
  const enter = (member: number, invitation?: UsedInvitation): NetworkEvent => {
    const identity = { nick: `n${member}`, user: "u", realname: "r", host: `h${member}.test`, secure: false, since: 5 };
    return { kind: "enter", member, identity: { ...identity, capabilities: CAPABILITIES }, invitation };
  };
  const log = [0, 1].map((server) =>
    make(server, [{ kind: "hello", name: `${server}.test` }, enter(1 + server), enter(3 + server)], 0)
  );
  for (const [i, [who, what]] of steps.entries()) {
    const [server, member] = [who % 2, 1 + who % 4];
    const line = LINES[what];
    const event: NetworkEvent = line !== undefined
      ? { kind: "line", member, line }
      : what === LINES.length
      ? { kind: "quit", member, reason: "bye" }
      : what === LINES.length + 1
      ? { kind: "operator", member }
      : what === LINES.length + 2
      ? { kind: "account", key: `n${member}`, name: `N${member}` }
      : what === LINES.length + 4
      ? { kind: "account-deleted", key: `n${member}` }
      : what === LINES.length + 3
      ? { kind: "login", member, account: `N${member}` }
      : what > LINES.length + 6
      ? FACTS[what - LINES.length - 7] ?? { kind: "unknown" }
      : what === LINES.length + 6
      ? enter(member, { hash: HASHES[member % 2] ?? "", next: HASHES[2] ?? "" })
      : enter(member);
    log.push(make(server, [event, { kind: "line", member, line: `PRIVMSG #a :${i}` }], i + 1));
  }
  log.push(make(0, [{ kind: "gone", server: SERVERS[1] ?? "", heard: 1e9, reason: "gone" }], steps.length + 1));
  return log;
}

Deno.test("snapshot of a network: a server that starts from one has the same state as one that read the whole log", () => {
  const steps = fc.array(fc.tuple(fc.nat(3), fc.nat(LINES.length + 6 + FACTS.length)), {
    minLength: 20,
    maxLength: 80,
  });
  fc.assert(
    fc.property(steps, fc.nat(), (steps, at) => {
      const log = logOf(steps);
      const cut = at % log.length;
      const whole = replica();
      let late: ReturnType<typeof replica> | undefined;
      for (const [i, batch] of log.entries()) {
        whole.apply(batch, i + 1);
        late?.apply(batch, i + 1);
        // It passes through its encoding.
        if (i === cut) late = replica(whole.capture().flatMap((record) => parseRecord(writeRecord(record)) ?? []));
        assertEquals(late?.capture().map(writeRecord), late && whole.capture().map(writeRecord));
      }
    }),
    { seed: 18, numRuns: 100 },
  );
});

/** Returns text that is not compressed well. */
const random = () => crypto.getRandomValues(new Uint8Array(9000)).toHex();
const RECORDS: readonly SnapshotRecord[] = [
  { kind: "state", place: 4097 },
  ...Array.from({ length: 60 }, (_, i) => {
    const line = `:a!b@c PRIVMSG #a :${i} ${random()}`;
    return { kind: "line" as const, entry: { place: i, id: `id-${i}`, time: i, channel: "#a", line, tags: "" } };
  }),
];

async function packed() {
  const all = await Array.fromAsync(packSnapshot(RECORDS));
  const digests = all.map(({ digest }) => digest);
  return { digests, parts: all.map(({ bytes }) => bytes), writer: SERVERS[0] ?? "" };
}

Deno.test("parts of a snapshot: what is written is read, and none that is damaged", async () => {
  const { digests, parts } = await packed();
  assert(parts.length > 2);
  const read = (digests: readonly string[], change: (parts: Uint8Array[]) => void = () => {}) => {
    const changed = parts.map((part) => part.slice());
    change(changed);
    return unpackSnapshot(digests, (i) => Promise.resolve(changed[i]));
  };
  assertEquals((await read(digests))?.map(writeRecord), RECORDS.map(writeRecord));
  const [first = ""] = digests;
  const damaged = [
    read(digests, (parts) => void parts.pop()),
    read(digests, (parts) => parts.reverse()),
    read(digests, ([part]) => part?.fill(7, 100, 101)),
    read(digests.slice(0, -1)),
    read([]),
    read([first, ...digests]),
  ];
  assertEquals(await Promise.all(damaged), Array(damaged.length).fill(undefined));
});

Deno.test("records of a snapshot: mutated lines are malformed or a record, never an error", () => {
  const { capture } = replica();
  const lines = [...capture(), ...RECORDS.slice(0, 2)].map(writeRecord);
  fc.assert(
    fc.property(fc.constantFrom(...lines), fc.nat(), fc.string({ maxLength: 2 }), (line, at, text) => {
      const cut = at % line.length;
      parseRecord(line.slice(0, cut) + text + line.slice(cut + 1));
    }),
    { seed: 18, numRuns: 500 },
  );
  assertEquals(parseRecord('{"kind":"later","x":1}'), { kind: "unknown" });
  assertEquals(parseRecord('{"kind":"state","place":1,"new":2}'), { kind: "state", place: 1 });
  for (
    const line of ["", "[]", "{}", '{"kind":"state","place":-1}', '{"kind":"server","id":"a.>","name":"","next":1}']
  ) {
    assertEquals(parseRecord(line), undefined, line);
  }
});

Deno.test("manifest of a snapshot: what is written is read; of versions that differ by more than one, none", () => {
  const manifest = { version: SNAPSHOT_VERSION, sequence: 7, time: 5, writer: "aaaaaaaaaaaa", parts: ["0".repeat(64)] };
  assertEquals(parseManifest(encodeManifest(manifest)), manifest);
  const next = { ...manifest, version: SNAPSHOT_VERSION + 1 };
  assertEquals(parseManifest(encodeManifest(next)), next);
  const refused = [{ version: SNAPSHOT_VERSION + 2 }, { sequence: -1 }, { writer: "*" }, { parts: ["x"] }];
  for (const change of refused) assertEquals(parseManifest(encodeManifest({ ...manifest, ...change })), undefined);
  assertNotEquals(parseManifest(new Uint8Array()), manifest);
});
