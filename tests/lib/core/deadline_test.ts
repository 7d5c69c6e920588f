import { assert, assertEquals, assertRejects } from "@std/assert";
import { Deadline, raceSignal, TimeoutError } from "../../../lib/core/mod.ts";
import { turn } from "../../kit/wait.ts";

const never = () => new Promise<never>(() => {});

Deno.test("the time runs out with an error that says what was waited for", async () => {
  using deadline = new Deadline({ timeout: 5 }, "ask example.test");
  const error = await assertRejects(
    () => deadline.race(never()),
    TimeoutError,
    "timed out after 5ms: ask example.test",
  );
  assertEquals(error.code, "timeout");
  assert(deadline.signal.aborted);
  assertEquals(deadline.remaining, 0);
});

Deno.test("the caller's signal ends it, with the caller's reason", async () => {
  const controller = new AbortController();
  using deadline = new Deadline({ signal: controller.signal, timeout: 60_000 }, "wait");
  const reason = new Error("enough");
  const waiting = assertRejects(() => deadline.race(never()), Error, "enough");
  controller.abort(reason);
  await waiting;
  assertEquals(deadline.signal.reason, reason);
});

Deno.test("a signal that fired before ends it at once", async () => {
  using deadline = new Deadline({ signal: AbortSignal.abort(new Error("before")) }, "wait");
  await assertRejects(() => deadline.race(Promise.resolve(1)), Error, "before");
});

Deno.test("without a time there is no end, and no timer that keeps the process", () => {
  using deadline = new Deadline({}, "wait");
  assertEquals(deadline.remaining, Infinity);
  assert(!deadline.signal.aborted);
});

Deno.test("a time beyond what a timer takes does not run out at once", () => {
  using deadline = new Deadline({ timeout: 2 ** 40 }, "wait");
  assert(deadline.remaining > 2 ** 39);
});

Deno.test("work in time passes through, also its failure", async () => {
  using deadline = new Deadline({ timeout: 60_000 }, "wait");
  assertEquals(await deadline.race(Promise.resolve(7)), 7);
  await assertRejects(() => deadline.race(Promise.reject(new Error("own"))), Error, "own");
});

Deno.test("work that fails after it lost the race ends nothing", async () => {
  const work = Promise.withResolvers<void>();
  const controller = new AbortController();
  const race = assertRejects(() => raceSignal(work.promise, controller.signal), Error, "gone");
  controller.abort(new Error("gone"));
  await race;
  work.reject(new Error("too late"));
  await turn();
});

Deno.test("nothing stays on the caller's signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const [add, remove] = [signal.addEventListener, signal.removeEventListener];
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add.apply(signal, args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove.apply(signal, args));
  {
    using deadline = new Deadline({ signal, timeout: 60_000 }, "wait");
    await deadline.race(Promise.resolve());
    await raceSignal(Promise.resolve(), signal);
    await turn();
    assertEquals(listeners, 1);
  }
  assertEquals(listeners, 0);
});
