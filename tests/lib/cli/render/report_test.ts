import { assertEquals } from "@std/assert";
import { errorLines, known } from "../../../../lib/cli/render/report.ts";

/** Messages of the runtime for a missing permission, and the resulting errors. */
const REFUSALS: readonly (readonly [said: string, lines: readonly string[]])[] = [
  [
    'Requires env access to "ALL_PROXY", run again with the --allow-env flag',
    ["cannot read the variable ALL_PROXY: the env permission is missing", "this run lacks --allow-env"],
  ],
  [
    'Requires net access to "127.0.0.1:9", run again with the --allow-net flag',
    ["cannot use the network at 127.0.0.1:9: the net permission is missing", "this run lacks --allow-net"],
  ],
  [
    'Requires read access to "a"b\n", run again with the --allow-read flag',
    ['cannot read a"b\\n: the read permission is missing', "this run lacks --allow-read"],
  ],
  [
    'Requires all access to "/proc/1/mem", run again with the --allow-all flag',
    ["cannot open /proc/1/mem: the sandbox permits ordinary files only", "use a regular file"],
  ],
  [
    "Requires env access, run again with the --allow-env flag",
    ["cannot do this: the env permission is missing", "this run lacks --allow-env"],
  ],
];

Deno.test("known reports a missing permission with what needed it", () => {
  for (const [said, [what, hint]] of REFUSALS) {
    const lines = errorLines("toucan", known(new Deno.errors.NotCapable(said)));
    assertEquals(lines, [`toucan: ${what}`, `hint: ${hint}`]);
  }
});

Deno.test("known returns other errors unchanged", () => {
  for (const error of [new Error("Requires read access"), "text", undefined]) assertEquals(known(error), error);
});
