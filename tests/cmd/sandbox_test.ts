import { assertEquals } from "@std/assert";
import type { Command, Needs, Operand, Option, Verb } from "../../lib/cli/mod.ts";
import { records } from "../../scripts/records.ts";
import { check, perform, type Trial } from "../kit/trial.ts";
import { TRIALS as CHAT } from "../kit/trials/chat.ts";
import { TRIALS as FILE } from "../kit/trials/file.ts";
import { TRIALS as GET } from "../kit/trials/get.ts";
import { TRIALS as MAIL } from "../kit/trials/mail.ts";
import { TRIALS as OTHERS } from "../kit/trials/others.ts";
import { TRIALS as RESOLVE_SERVE } from "../kit/trials/resolve_serve.ts";
import { TRIALS as TCP } from "../kit/trials/tcp.ts";

const TRIALS: readonly Trial[] = [...GET, ...FILE, ...TCP, ...CHAT, ...MAIL, ...OTHERS, ...RESOLVE_SERVE];

/** Values that are or contain a path, as options and operands accept them. */
const PATHS = ["some/path", "@some/path", "unix:some/path", { transport: "unix", path: "some/path" }];

/** Returns whether needs include paths. */
function hasPaths(needs: () => Needs): boolean {
  try {
    const { read = [], write = [], startup = {} } = needs();
    return [read, write, startup.read ?? [], startup.write ?? []].some((paths) =>
      paths.some((path) => /path/.test(path))
    );
  } catch {
    // A value that the kind rejects.
    return false;
  }
}

function takesPath({ kind, needs }: Option): boolean {
  return kind?.complete === "file" || kind?.complete === "directory" ||
    PATHS.some((value) => hasPaths(() => needs?.(value) ?? {}));
}

/** Returns whether an operand accepts a path, alone or before another one. */
function operandTakesPath(verb: Verb, { kind }: Operand, index: number): boolean {
  const options = Object.fromEntries(Object.entries(verb.options).map(([name, { initial }]) => [name, initial]));
  const others = verb.operands.slice(0, index).map(() => "http://example.com/");
  return kind?.complete === "file" || kind?.complete === "directory" ||
    PATHS.some((word) =>
      [[], ["http://example.com/"]].some((behind) =>
        hasPaths(() => verb.needs?.({ options, operands: [...others, String(word), ...behind] }) ?? {})
      )
    );
}

/**
 * Returns each verb, and each of its options and operands with a path: `file get`, `file get --cacert`, `file get
 * DEST`.
 */
function wanted({ name, verb, verbs = {} }: Command): string[] {
  const all = [
    ...(verb ? [[name, verb] as const] : []),
    ...Object.entries(verbs).map(([word, verb]) => [`${name} ${word}`, verb] as const),
  ];
  return all.flatMap(([path, verb]) => [
    path,
    ...Object.entries(verb.options).filter(([, option]) => takesPath(option)).map(([option]) => `${path} --${option}`),
    ...verb.operands.filter((operand, index) => operandTakesPath(verb, operand, index)).map(({ metavar }) =>
      `${path} ${metavar}`
    ),
  ]);
}

Deno.test("sandbox: every verb, option and operand with a path has a trial", async () => {
  const all = (await records()).flatMap(wanted);
  const tried = new Set(TRIALS.flatMap(({ verb, proves = [] }) => [verb, ...proves.map((one) => `${verb} ${one}`)]));
  assertEquals(all.filter((one) => !tried.has(one)), [], "without a trial in tests/kit/trials");
  assertEquals(
    [...tried].filter((one) => !all.includes(one) && !one.startsWith("toucan ")),
    [],
    "no such verb or option",
  );
});

/** Describes the paths that a trial may still use. */
function leftOf({ keeps = [], reads = [], writes = [] }: Trial): string {
  const all = [keeps, reads.map((path) => `${path} (read)`), writes.map((path) => `${path} (write)`)].flat();
  return all.join(", ") || "no path";
}

/** The first trial of each verb, with the umbrella. */
const UMBRELLA = [...Map.groupBy(TRIALS, ({ verb }) => verb).values()].flatMap(([first]) =>
  first && !first.verb.startsWith("toucan") ? [{ ...first, verb: `toucan ${first.verb}` }] : []
);

for (const trial of [...TRIALS, ...UMBRELLA]) {
  const { verb, proves = [], as = "" } = trial;
  Deno.test({
    name: `sandbox: ${[verb, ...proves, as].filter(Boolean).join(" ")} works, with ${leftOf(trial)} left`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      check(trial, await perform(trial));
    },
  });
}
