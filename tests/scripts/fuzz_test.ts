import { assert, assertEquals } from "@std/assert";
import { checkInput, fuzz } from "../../scripts/fuzz/fuzz.ts";
import { type FuzzTarget, octets, octetText, same } from "../../scripts/fuzz/target.ts";
import { TARGETS } from "../../scripts/fuzz/targets.ts";
import { ROOT } from "../kit/tool.ts";

const ROUNDS = 200;

/** Inputs that broke a codec before. */
function kept(name: string): Uint8Array<ArrayBuffer>[] {
  const folder = `${ROOT}tests/data/fuzz/${name}`;
  try {
    return [...Deno.readDirSync(folder)].map((entry) => Deno.readFileSync(`${folder}/${entry.name}`));
  } catch (error) {
    assert(error instanceof Deno.errors.NotFound, `${error}`);
    return [];
  }
}

for (const [name, target] of Object.entries(TARGETS)) {
  Deno.test(`fuzz ${name}: seeds, earlier failures and ${ROUNDS} mutations`, () => {
    for (const bytes of kept(name)) assertEquals(checkInput(target, bytes), undefined, octetText(bytes));
    const { failure } = fuzz(target, [], 1, (inputs) => inputs >= ROUNDS);
    assertEquals(failure?.error, undefined, failure && octetText(failure.bytes));
  });
}

Deno.test("fuzz finds a fault at a split, and minimises the input", () => {
  const planted: FuzzTarget = {
    seeds: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    tokens: ["\r\n"],
    check(bytes, cut) {
      const [left, right] = [octetText(bytes.subarray(0, cut)), octetText(bytes.subarray(cut))];
      same(
        "line ends",
        (left + right).split("\r\n").length,
        left.split("\r\n").length + right.split("\r\n").length - 1,
      );
    },
  };
  const { failure } = fuzz(planted, [], 1, (inputs) => inputs > 10_000);
  assert(failure, "no fault was found");
  assert(failure.bytes.length < planted.seeds.join("").length, octetText(failure.bytes));
});

Deno.test("fuzz reports nothing about a correct codec", () => {
  const sound: FuzzTarget = { seeds: ["a"], tokens: ["b"], check: () => {} };
  assertEquals(fuzz(sound, [octets("c")], 1, (inputs) => inputs >= 100), { inputs: 100 });
});
