import { assertEquals, assertThrows } from "@std/assert";
import { parseAddress } from "../../../lib/core/address/address.ts";
import { UsageError } from "../../../lib/core/errors/errors.ts";
import { socketFileOf } from "../../../lib/cli/grammar/shared/socket_options.ts";
import { covered } from "../../../lib/cli/sandbox/drop_permissions.ts";
import { grantFlags, grantOn } from "../../../lib/cli/sandbox/sandbox.ts";
import { setRaw } from "../../../lib/cli/stdio/prompt.ts";
import { streamKind } from "../../../lib/cli/stdio/stdio.ts";
import { command as get } from "../../../cmd/get.ts";
import { command as resolve } from "../../../cmd/resolve.ts";
import { compileArgs } from "../../../scripts/build/compile_tool.ts";

Deno.test("grantOn: executables for Windows are granted all drives in place of /", () => {
  const grant = { net: true, read: ["/", "."], write: ["."] };
  assertEquals(grantFlags(grantOn(grant, "linux")), grantFlags(grant));
  assertEquals(grantFlags(grantOn(grant, "darwin")), grantFlags(grant));
  const { read, write } = grantOn(grant, "windows");
  assertEquals([read?.length, read?.[0], read?.at(-1), write], [27, "A:\\", ".", ["."]]);
});

Deno.test("compileArgs: only executables for Windows are granted its drives", () => {
  const flags = (target: string) => compileArgs(resolve, target).filter((arg) => /^--allow-(?:read|sys)/.test(arg));
  assertEquals(flags("x86_64-unknown-linux-gnu"), ["--allow-read=/,.,/etc/resolv.conf"]);
  assertEquals(flags("aarch64-apple-darwin"), ["--allow-read=/,.,/etc/resolv.conf"]);
  assertEquals(flags("x86_64-pc-windows-msvc").at(-1), "--allow-sys=networkInterfaces");
  const drives = compileArgs(get, "x86_64-pc-windows-msvc").find((arg) => arg.startsWith("--allow-read="));
  assertEquals([drives?.startsWith("--allow-read=A:\\,B:\\,C:\\,"), drives?.endsWith(",Z:\\,.")], [true, true]);
});

Deno.test("grantOn: resolve reads the name servers of Windows as system information", () => {
  const systems = (["linux", "darwin", "windows"] as const).map((os) => grantOn(resolve.permissions, os).sys);
  assertEquals(systems, [[], [], ["networkInterfaces"]]);
  assertEquals(grantFlags(grantOn(resolve.permissions, "linux")), grantFlags(resolve.permissions));
});

Deno.test("covered: Windows does not tell upper from lower case", () => {
  const paths = new Set(["/Users/Ada"]);
  const asked = ["/Users/Ada/a", "/users/ada/a", "/users"];
  assertEquals(asked.map((path) => covered(path, paths, "windows")), [true, true, false]);
  assertEquals(asked.map((path) => covered(path, paths, "linux")), [true, false, false]);
});

Deno.test("streamKind: on Windows no stream is read or written by blocking calls", () => {
  assertEquals(([0, 1, 2] as const).map((descriptor) => streamKind(descriptor, "windows")), [
    "other",
    "other",
    "other",
  ]);
});

Deno.test("setRaw: a terminal that has no raw mode is reported", () => {
  const modes: boolean[] = [];
  assertEquals(setRaw(true, { setRaw: (raw) => void modes.push(raw) }), true);
  const refuses = () => {
    throw new Error("The handle is invalid. (os error 6)");
  };
  assertEquals([setRaw(true, { setRaw: refuses }), modes], [false, [true]]);
});

Deno.test("--mode and --owner: a usage error on Windows, and names that macOS keeps elsewhere", () => {
  const tcp = parseAddress("127.0.0.1:80");
  const message = (
    options: Parameters<typeof socketFileOf>[0],
    address: typeof tcp,
    os: "windows" | "darwin" | "linux",
  ) => {
    const { message, hint } = assertThrows(() => socketFileOf(options, address, os), UsageError);
    return [message, hint];
  };
  const mode = { mode: 0o660, owner: undefined };
  const owner = { mode: undefined, owner: { user: "no-such-user" } };
  assertEquals(message(mode, tcp, "windows"), [
    "option --mode is not supported on Windows: it has no unix sockets",
    undefined,
  ]);
  assertEquals(message(owner, tcp, "windows")[0], "option --owner is not supported on Windows: it has no unix sockets");
  assertEquals(message(mode, tcp, "linux")[0], "option --mode requires the address of a unix socket");
  const unix = parseAddress("unix:/tmp/s.sock");
  assertEquals(message(owner, unix, "linux"), ['option --owner: unknown user "no-such-user"', undefined]);
  assertEquals(message(owner, unix, "darwin"), [
    'option --owner: unknown user "no-such-user"',
    "on macOS, /etc/passwd has only system accounts: use the number of the user",
  ]);
});
