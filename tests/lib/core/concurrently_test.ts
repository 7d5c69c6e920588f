import { assertEquals, assertRejects } from "@std/assert";
import { concurrently } from "../../../lib/core/mod.ts";

/** Work that ends when it is told to. */
function gates(count: number) {
  const list = Array.from({ length: count }, () => Promise.withResolvers<void>());
  let running = 0;
  let most = 0;
  const work = async (index: number) => {
    most = Math.max(most, ++running);
    await list[index]?.promise;
    running--;
    return index;
  };
  return { open: (index: number) => list[index]?.resolve(), work, most: () => most };
}

Deno.test("concurrently: one at a time keeps the order, and begins nothing too early", async () => {
  const { open, work, most } = gates(3);
  [2, 1, 0].forEach(open);
  assertEquals(await Array.fromAsync(concurrently([0, 1, 2], 1, work)), [0, 1, 2]);
  assertEquals(most(), 1);
});

Deno.test("concurrently: several at once give their results as they are ready", async () => {
  const { open, work, most } = gates(4);
  const results: number[] = [];
  const done = (async () => {
    for await (const index of concurrently([0, 1, 2, 3], 3, work)) {
      results.push(index);
      open(index === 1 ? 3 : index === 3 ? 0 : 2);
    }
  })();
  open(1);
  await done;
  assertEquals([results, most()], [[1, 3, 0, 2], 3]);
});

Deno.test("concurrently: in the order of the items, with a limit of results that wait for an earlier one", async () => {
  const { open, work, most } = gates(8);
  const begun: number[] = [];
  const results: number[] = [];
  const fifth = Promise.withResolvers<void>();
  const done = (async () => {
    const numbered = (index: number) => {
      begun.push(index);
      if (index === 4) fifth.resolve();
      return work(index);
    };
    for await (const index of concurrently([0, 1, 2, 3, 4, 5, 6, 7], 2, numbered, { ahead: 3 })) results.push(index);
  })();
  // All but the first end at once: two at a time, and three more than those.
  [1, 2, 3, 4, 5, 6, 7].forEach(open);
  await fifth.promise;
  // Turns in which the sixth would begin.
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  assertEquals([begun, results], [[0, 1, 2, 3, 4], []]);
  open(0);
  await done;
  assertEquals([results, most()], [[0, 1, 2, 3, 4, 5, 6, 7], 2]);
});

Deno.test("concurrently: in order, an error comes behind the results before it", async () => {
  const found: number[] = [];
  const fails = async () => {
    for await (
      const item of concurrently([1, 2, 3], 3, async (item) => {
        if (item === 2) throw new TypeError("two");
        await Promise.resolve();
        return item;
      }, { ahead: 3 })
    ) found.push(item);
  };
  await assertRejects(fails, TypeError, "two");
  assertEquals(found, [1]);
});

Deno.test("concurrently: an error ends it, nothing is nothing", async () => {
  assertEquals(await Array.fromAsync(concurrently([], 5, () => Promise.resolve(1))), []);
  const fails = concurrently(
    [1, 2],
    2,
    (item) => item === 2 ? Promise.reject(new TypeError("two")) : Promise.resolve(item),
  );
  await assertRejects(() => Array.fromAsync(fails), TypeError, "two");
});

Deno.test("concurrently: what is ready is given while the next item is waited for", async () => {
  const more = Promise.withResolvers<void>();
  async function* items() {
    yield 1;
    await more.promise;
    yield 2;
  }
  const found: number[] = [];
  for await (const item of concurrently(items(), 4, (item) => Promise.resolve(item))) {
    found.push(item);
    more.resolve();
  }
  assertEquals(found, [1, 2]);
});

Deno.test("concurrently: work that has released its slot lets others begin, as many as may be behind", async () => {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const work = async (item: number, release: () => void) => {
    begun++;
    release();
    await gate.promise;
    return item;
  };
  const results = Array.fromAsync(concurrently([0, 1, 2, 3, 4, 5], 1, work, { behind: 3 }));
  for (let i = 0; i < 100; i++) await Promise.resolve();
  assertEquals(begun, 4);
  gate.resolve();
  assertEquals([await results, begun], [[0, 1, 2, 3, 4, 5], 6]);
});

Deno.test("concurrently: with a limit of 1 results come in order, also when later work is ready first", async () => {
  const { open, work } = gates(3);
  const released = (item: number, release: () => void) => (release(), work(item));
  const results = Array.fromAsync(concurrently([0, 1, 2], 1, released, { behind: 2 }));
  for (const index of [2, 1, 0]) {
    open(index);
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }
  assertEquals(await results, [0, 1, 2]);
});
