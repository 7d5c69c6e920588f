import { assertEquals, assertThrows } from "@std/assert";
import { grantFlags, union } from "../../../../lib/cli/sandbox/sandbox.ts";
import { requireUnstable, SystemError } from "../../../../lib/core/mod.ts";
import { compileArgs } from "../../../../scripts/build/compile_tool.ts";
import { records } from "../../../../scripts/records.ts";

Deno.test("grantFlags returns the flags of a grant, for an empty one only TERM", () => {
  assertEquals(grantFlags({}), ["--allow-env=TERM"]);
  assertEquals(grantFlags({ net: false, read: [], sys: [] }), ["--allow-env=TERM"]);
  assertEquals(grantFlags({ net: true, read: ["/", "."], env: ["TOUCAN_*"], sys: ["hostname"] }), [
    "--allow-net",
    "--allow-read=/,.",
    "--allow-env=TOUCAN_*,TERM",
    "--allow-sys=hostname",
  ]);
});

Deno.test("union merges all needs without duplicates", () => {
  const nothing = { net: false, read: [], write: [], env: [], sys: [], startup: { read: [], write: [] } };
  assertEquals(union(), nothing);
  assertEquals(union({ read: ["a", "b"] }, { net: true, read: ["b"], write: ["c"] }), {
    ...nothing,
    net: true,
    read: ["a", "b"],
    write: ["c"],
  });
  assertEquals(union({ startup: { read: ["a"] } }, { startup: { read: ["a"], write: ["b"] } }), {
    ...nothing,
    startup: { read: ["a", "a"], write: ["b"] },
  });
});

Deno.test("a missing unstable API is reported with its flag", () => {
  requireUnstable(() => {}, "datagrams");
  const error = assertThrows(() => requireUnstable(undefined, "datagrams"), SystemError);
  assertEquals([error.code, error.hint], ["unstable-missing", "run it with --unstable-net"]);
});

Deno.test("compileArgs grants no tool the permission to start programs, load native code or prompt", async () => {
  for (const command of await records()) {
    const args = compileArgs(command);
    const allowed = args.filter((arg) => /^(?:--allow|-[A-Z])/.test(arg));
    assertEquals(allowed.filter((arg) => !/^--allow-(?:net|read|write|env|sys)(?:=|$)/.test(arg)), [], command.name);
    for (const flag of ["--no-prompt", "--deny-import", "--no-code-cache", "--no-remote", "--no-npm"]) {
      assertEquals(args.includes(flag), true, `${command.name} ${flag}`);
    }
  }
});

Deno.test("no tool's record grants access to all environment variables", async () => {
  for (const { name, permissions } of await records()) {
    for (const variable of permissions.env ?? []) {
      assertEquals(
        /^(?:TOUCAN_\*|LOCALDOMAIN|RES_OPTIONS|(?:ALL|HTTPS?|NO)_PROXY|(?:all|https?|no)_proxy)$/.test(variable),
        true,
        `${name} ${variable}`,
      );
    }
  }
});
