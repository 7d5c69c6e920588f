import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Connection } from "../../../lib/core/mod.ts";
import { STALL_MS } from "../../../lib/tcp/server/broadcast.ts";
import { Member } from "../../../lib/tcp/server/member.ts";
import { FakeTime } from "../../kit/fake_time.ts";
import { command as tcp } from "../../../cmd/tcp.ts";

Deno.test("Member: a disconnected member delays no other, also while its data still waits", async () => {
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  const pieces = [1];
  const transport = {
    read: () => Promise.resolve(pieces.pop() ?? closed.promise),
    write: () => closed.promise,
    closeWrite: () => Promise.resolve(),
    close: () => closed.reject(new Deno.errors.BadResource("closed")),
  };
  const taken = Promise.withResolvers<void>();
  const connection = new Connection(transport, { peer: "peer", local: "here", remote: "there" });
  const member = new Member(connection, { received: () => taken.promise });
  const over = member.run();
  member.send(new Uint8Array(1 << 20));
  assert(member.behind);
  await member.caughtUp(1);
  // It has not left: its last words are not taken yet. Who speaks now must not wait for it.
  assert(!member.behind);
  member.send(new Uint8Array(1));
  await member.caughtUp(1);
  taken.resolve();
  const { ended, error } = await over;
  assertEquals([ended, error?.code], ["cut-off", "slow-reader"]);
});

/** Returns a member whose system accepts `bytes` at a time, every `ms` milliseconds. */
function slowMember(time: FakeTime, bytes: number, ms: number) {
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  const transport = {
    read: () => closed.promise,
    async write(piece: Uint8Array) {
      await Promise.race([time.after(ms), closed.promise]);
      return Math.min(bytes, piece.length);
    },
    closeWrite: () => Promise.resolve(),
    close: () => closed.reject(new Deno.errors.BadResource("closed")),
  };
  const connection = new Connection(transport, { peer: "peer", local: "here", remote: "there" });
  const member = new Member(connection, { received: () => Promise.resolve() });
  return { member, over: member.run() };
}

Deno.test("Member: a member that reads slowly is never disconnected", async () => {
  using time = new FakeTime();
  const { member, over } = slowMember(time, 16 << 10, STALL_MS - 1);
  const before = time.now;
  for (let i = 0; i < 2; i++) {
    member.send(new Uint8Array(512 << 10));
    await time.until(member.caughtUp(STALL_MS));
  }
  assert(time.now - before > 20 * STALL_MS);
  member.stop(0);
  const { ended, bytesOut } = await time.until(over);
  assertEquals(ended, "stopped");
  assert(bytesOut > 512 << 10);
});

Deno.test("Member: a member that reads nothing is disconnected after the time in the help", async () => {
  using time = new FakeTime();
  const { member, over } = slowMember(time, 4096, STALL_MS + 1);
  const before = time.now;
  member.send(new Uint8Array(512 << 10));
  await time.until(member.caughtUp(STALL_MS));
  assertEquals(time.now - before, STALL_MS);
  const { ended, error } = await over;
  assertEquals([ended, error?.message], ["cut-off", "peer has read nothing for 30s"]);
  assertStringIncludes(
    tcp.verbs?.listen?.description ?? "",
    `reads nothing for ${STALL_MS / 1000} seconds`,
  );
});
