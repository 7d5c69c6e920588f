import { assert, assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { runTool, startTool } from "../kit/tool.ts";

const onLinux = (name: string, fn: (folder: string) => Promise<void>) =>
  Deno.test({ name, ignore: Deno.build.os !== "linux", fn: () => withFolder(fn) });

onLinux(
  "tcp listen: the socket of a killed one is replaced, that of a running one is not, and hears nothing",
  async (folder) => {
    const at = `unix:${folder}/s`;
    await using first = await startTool("tcp", ["listen", at]);
    await first.stderrMatch(/listening on unix:/);
    first.process.kill("SIGKILL");
    await first.code;
    assert(Deno.lstatSync(`${folder}/s`).isSocket);
    const owner = ownerOf(folder);
    await using second = await startTool("tcp", ["listen", "--mode", "600", "--owner", owner, at]);
    await second.stderrMatch(/listening on unix:/);
    assertEquals((Deno.lstatSync(`${folder}/s`).mode ?? 0) & 0o777, 0o600);
    const third = await runTool("tcp", ["listen", at]);
    assertEquals(third.code, 5);
    assertMatch(third.stderr, /address already in use\nhint: choose another path, or stop the server there\n$/);
    // The check of its socket must not count as its one client.
    const client = runTool("tcp", ["connect", at], { stdin: "hello" });
    await second.process.stdin.close();
    assertEquals([await new Response(second.process.stdout).text(), await second.code], ["hello", 0]);
    assertEquals((await client).code, 0);
    assertEquals([...Deno.readDirSync(folder)], []);
  },
);

onLinux("udp listen and echo: the socket of a killed one is replaced", async (folder) => {
  for (const [verb, waiting] of [["listen", []], ["echo", ["--wait", "10s"]]] as const) {
    const words = [verb, "--count", "1", `unix:${folder}/s`];
    await using first = await startTool("udp", words);
    await first.stderrMatch(/listening on unix:/);
    first.process.kill("SIGKILL");
    await first.code;
    await using second = await startTool("udp", [...words, "--mode", "620"]);
    await second.stderrMatch(/listening on unix:/);
    assertEquals((Deno.lstatSync(`${folder}/s`).mode ?? 0) & 0o777, 0o620);
    const { code } = await runTool("udp", ["send", ...waiting, "--data", "x", `unix:${folder}/s`]);
    assertEquals([code, await second.code], [0, 0]);
    assertEquals([...Deno.readDirSync(folder)], []);
  }
});

/** Owner and group of a folder, by name if they have one. */
function ownerOf(folder: string): string {
  const { uid, gid } = Deno.lstatSync(folder);
  const name = (id: number | null, file: string) =>
    Deno.readTextFileSync(file).split("\n").map((line) => line.split(":")).find((fields) => fields[2] === `${id}`)
      ?.[0] ??
      `${id}`;
  return `${name(uid, "/etc/passwd")}:${name(gid, "/etc/group")}`;
}

/** Invalid command lines, and their error messages. */
const REFUSED: readonly (readonly [tool: string, line: string, message: RegExp])[] = [
  ["tcp", "connect unix:@x", /unix:@x: abstract sockets are not supported/],
  ["tcp", "listen unix:@x", /unix:@x: abstract sockets are not supported/],
  ["udp", "send unix:@x", /unix:@x: abstract sockets are not supported/],
  ["udp", "send --from unix:@x unix:/x", /unix:@x: abstract sockets are not supported/],
  ["udp", "listen unix:@x", /unix:@x: abstract sockets are not supported/],
  ["udp", "echo unix:@x", /unix:@x: abstract sockets are not supported/],
  ["mail", "send --server unix:@x --from a@b.invalid --to a@b.invalid --text x", /unix:@x: abstract sockets/],
  ["chat", "join unix:@x", /unix:@x: abstract sockets are not supported/],
  ["chat", "join ann@unix:@x", /unix:@x: abstract sockets are not supported/],
  ["tcp", "listen --mode 600 0", /option --mode requires the address of a unix socket/],
  ["udp", "listen --owner 0 0", /option --owner requires the address of a unix socket/],
  ["udp", "echo --mode 8 unix:s", /option --mode: invalid mode "8"; expected permission bits in octal, such as 660/],
  ["tcp", "listen --mode 4755 unix:s", /option --mode: invalid mode "4755"/],
  ["tcp", "listen --owner : unix:s", /option --owner: invalid owner ":"; expected USER, USER:GROUP or :GROUP/],
  ["tcp", "listen --owner no-such-user unix:s", /option --owner: unknown user "no-such-user"/],
  ["tcp", "listen --owner :no-such-group unix:s", /option --owner: unknown group "no-such-group"/],
  ["tcp", "listen --owner 4294967295 unix:s", /option --owner: unknown user "4294967295"/],
];

onLinux("what is no path of a unix socket, and what is no mode or owner, is a usage error", async (folder) => {
  const done = await Promise.all(REFUSED.map(([tool, line]) => runTool(tool, line.split(" "), { cwd: folder })));
  for (const [index, [tool, line, message]] of REFUSED.entries()) {
    const { code, stderr = "" } = done[index] ?? {};
    assertMatch(stderr, message, `${tool} ${line}`);
    assertEquals([line, code], [line, 2]);
  }
  assertEquals([...Deno.readDirSync(folder)], []);
});
