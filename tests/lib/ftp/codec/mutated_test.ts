import { assertEquals } from "@std/assert";
import { FTP_TARGETS } from "../../../../scripts/fuzz/targets/ftp.ts";
import { mutate, Random } from "../../../../scripts/fuzz/mutate.ts";
import { octets, octetText } from "../../../../scripts/fuzz/target.ts";

const SEED = 20261128;
/** Number of mutated inputs for each codec. */
const INPUTS = 25_000;
const MAX_POOL = 256;

for (const [name, { seeds, tokens, check }] of Object.entries(FTP_TARGETS)) {
  Deno.test(`${name}: ${INPUTS} mutated inputs`, () => {
    const random = new Random(SEED);
    const words = tokens.map(octets);
    const pool = seeds.map(octets);
    for (let count = 0; count < INPUTS; count++) {
      const bytes = mutate(random.pick(pool) ?? new Uint8Array(), random, words);
      try {
        check(bytes, count);
      } catch (error) {
        assertEquals(`${error}`, "", `input ${count}: ${JSON.stringify(octetText(bytes))}`);
      }
      // A random walk from the seeds reaches further states.
      if (count % 64 === 0) {
        pool[seeds.length + random.below(Math.min(MAX_POOL, pool.length - seeds.length + 1))] = bytes;
      }
    }
  });
}
