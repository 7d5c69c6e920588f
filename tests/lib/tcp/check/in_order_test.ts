import { assert, assertEquals } from "@std/assert";
import { inOrder } from "../../../../lib/tcp/check/in_order.ts";
import { turn } from "../../../kit/wait.ts";

Deno.test("inOrder: results have the order of the items, whatever is ready first, within both bounds", async () => {
  const items = Array.from({ length: 200 }, (_, i) => i);
  let running = 0;
  let begun = 0;
  let yielded = 0;
  const turns = async (count: number) => {
    for (let i = 0; i < count; i++) await turn();
  };
  const work = async (item: number) => {
    begun++;
    running++;
    assert(running <= 5, `${running} at once`);
    assert(begun - yielded <= 10, `${begun - yielded} held`);
    await turns(item % 7);
    running--;
    return item;
  };
  const results: number[] = [];
  for await (const result of inOrder(items, { limit: 5, window: 10 }, work)) {
    yielded++;
    results.push(result);
  }
  assertEquals(results, items);
});
