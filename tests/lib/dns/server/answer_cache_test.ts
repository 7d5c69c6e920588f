import { assert, assertEquals } from "@std/assert";
import { encodeMessage, encodeQuery, recordFrom } from "../../../../lib/dns/internal.ts";
import { AnswerCache, variantOf } from "../../../../lib/dns/server/answer/answer_cache.ts";
import { QueryScan } from "../../../../lib/dns/server/answer/query_scan.ts";

/** Returns the answer to a query for a name: its records tell the name and the round. */
function messageFor(name: string, round: number): Uint8Array<ArrayBuffer> {
  const data = `"${name} ${round} ${"x".repeat(name.length * 7 % 200)}"`;
  const questions = [{ name, type: "TXT", class: "IN" }];
  return encodeMessage({
    id: 0,
    response: true,
    questions,
    answers: [recordFrom({ name, type: "TXT", ttl: 1, data })],
  });
}

Deno.test("AnswerCache: returns the last answer to a question or none, however often its block is filled", () => {
  for (const size of [1, 100, 5000]) {
    const cache = new AnswerCache(size);
    const scan = new QueryScan();
    const last = new Map<string, number>();
    let [found, seed] = [0, size];
    for (let round = 0; round < 20_000; round++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      const name = `n${(seed >>> 8) % 4000}.test.`;
      const query = encodeQuery({ id: round & 0xffff, name: round % 2 === 0 ? name.toUpperCase() : name, type: "TXT" });
      assert(scan.scan(query));
      const variant = variantOf(scan, false);
      const place = cache.find(scan, query, variant, 0);
      if (place >= 0) {
        found++;
        const expected = messageFor(name, last.get(name) ?? -1);
        const filled = cache.fill(place, query, new Uint8Array(1232));
        // Id, RD and the letters of the question are those of the query.
        expected.set(query.subarray(0, 2));
        expected[2] = (expected[2] ?? 0) | 1;
        expected.set(query.subarray(12, scan.end), 12);
        assertEquals(filled, expected);
        assertEquals(cache.factsOf(place), { rcode: 0, source: `source of ${name}`, count: 1 });
        assertEquals(cache.find(scan, query, variant, 10), -1);
        assertEquals(cache.find(scan, query, variant ^ 2, 0), -1);
      }
      if (place >= 0 && round % 3 > 0) continue;
      const message = messageFor(name, round);
      cache.add(scan, query, variant, { message, until: 10, rcode: 0, source: `source of ${name}`, answers: 1 });
      last.set(name, round);
      assert(cache.find(scan, query, variant, 0) >= 0);
    }
    assert(size < 5000 || found > 9000, `${found} of 20000 found`);
    cache.clear();
    assertEquals(cache.find(scan, encodeQuery({ id: 1, name: "n1.test.", type: "TXT" }), 1, 0), -1);
  }
});

Deno.test("AnswerCache: one of size 0 stores nothing", () => {
  const cache = new AnswerCache(0);
  const scan = new QueryScan();
  const query = encodeQuery({ id: 1, name: "a.test.", type: "A" });
  assert(scan.scan(query));
  cache.add(scan, query, 1, { message: messageFor("a.test.", 1), until: 10, rcode: 0, source: "", answers: 1 });
  assertEquals(cache.find(scan, query, 1, 0), -1);
});
