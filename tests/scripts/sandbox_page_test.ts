import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sandboxPage } from "../../scripts/docs/sandbox.ts";
import { ATTEMPTS } from "../../scripts/docs/sandbox/attempts.ts";
import { records, verbsOf } from "../../scripts/records.ts";
import { escaped, ESCAPES } from "../kit/escapes.ts";

/** Attempts that the probe makes with the folders of its trial. */
const BY_PROBE = ["passwd", "outside"];

Deno.test("sandbox page: each attempt on it is made, and each that is made is on it", () => {
  const named = ATTEMPTS.map(({ name }) => name).filter((name) => !BY_PROBE.includes(name));
  assertEquals(named.toSorted(), Object.keys(ESCAPES).toSorted());
});

Deno.test("sandbox page: an attempt that succeeds, and one that fails for another reason, are reported", () => {
  // This test has all permissions.
  assertEquals(escaped(["hostname", "home"]), ["hostname", "home"]);
  const [found] = escaped(["ssh"]);
  assert(found === "ssh" || found?.startsWith("ssh: NotFound"), found);
});

Deno.test("sandbox page: has each tool with its verbs, and the permissions that calls keep and drop", async () => {
  const commands = await records();
  const page = sandboxPage(commands);
  for (const command of commands) {
    const title = command.name === "toucan" ? ["toucan"] : ["toucan", command.name];
    assertStringIncludes(page, `\n## ${title.join(" ")}\n`);
    for (const [words, verb] of verbsOf(command)) {
      assertStringIncludes(page, `| \`${[...title, ...words].join(" ")}\` |`);
      assert(
        verb.examples.some(({ line }) => page.includes(`- \`toucan ${line}\` keeps `)),
        words.join(" "),
      );
    }
  }
  for (const { what } of ATTEMPTS) assertStringIncludes(page, what);
  assertStringIncludes(page, "| `toucan url` | – | – | – | – | – |");
  assertStringIncludes(
    page,
    "- `toucan get https://example.com/` keeps network; variables, and drops all reading, all writing",
  );
  assertStringIncludes(page, "| `toucan resolve` | yes | its paths, `/etc/resolv.conf` | its paths |");
});
