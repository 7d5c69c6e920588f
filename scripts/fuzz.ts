/**
 * Feeds codecs with mutated inputs: `deno task fuzz [CODEC] [SECONDS]`. An input that breaks one is minimised and
 * stored in `tests/data/fuzz/CODEC/`, where a test checks it on every run.
 * @module
 */
import { fuzz } from "./fuzz/fuzz.ts";
import { TARGETS } from "./fuzz/targets.ts";
import { ROOT } from "./root.ts";

const [first, last] = Deno.args;
const chosen = first !== undefined && Object.hasOwn(TARGETS, first) ? [first] : Object.keys(TARGETS);
const seconds = Number((chosen.length === 1 ? last : first) ?? 10);
if (!Number.isFinite(seconds) || seconds <= 0) {
  console.error(`usage: deno task fuzz [CODEC] [SECONDS], CODEC one of ${Object.keys(TARGETS).join(", ")}`);
  Deno.exit(2);
}
let failed = false;
for (const name of chosen) {
  const target = TARGETS[name];
  if (!target) continue;
  const folder = `${ROOT}tests/data/fuzz/${name}`;
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const end = performance.now() + seconds * 1000;
  const { inputs, failure } = fuzz(
    target,
    corpus(folder),
    seed,
    (count) => count % 64 === 0 && performance.now() > end,
  );
  if (!failure) {
    console.log(`ok      ${name}: ${inputs} inputs, seed ${seed}`);
    continue;
  }
  failed = true;
  await Deno.mkdir(folder, { recursive: true });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", failure.bytes)).toHex().slice(0, 12);
  await Deno.writeFile(`${folder}/${digest}`, failure.bytes);
  console.log(`FAILED  ${name}: input ${inputs} of seed ${seed}, kept as tests/data/fuzz/${name}/${digest}`);
  console.error(failure.error);
}
if (failed) Deno.exit(1);

function corpus(folder: string): Uint8Array<ArrayBuffer>[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => Deno.readFileSync(`${folder}/${name}`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
