import { assert, assertEquals } from "@std/assert";
import { Connection } from "../../../lib/core/mod.ts";
import { Member } from "../../../lib/tcp/member.ts";

Deno.test("who was cut off holds nobody up, also while what it sent still waits", async () => {
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
