import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { runTool } from "../kit/tool.ts";

const MAIL = ["send", "--from", "a@example.com", "--to", "b@example.com", "--text", "x", "--dry-run"];
const NOWHERE = "http://127.0.0.1:1/";

/** Calls with a path that opens devices and the kernel's files, which no grant covers but that of everything. */
const CALLS: readonly (readonly [tool: string, ...words: readonly string[]])[] = [
  ["get", "-o", "/dev/shm/planted", NOWHERE],
  ["get", "--data", "@/proc/self/environ", NOWHERE],
  ["get", "-u", "ada", "--password-file", "/proc/self/environ", NOWHERE],
  ["file", "serve", "--port", "0", "/proc"],
  ["tcp", "connect", "--dump", "/dev/shm/planted", "127.0.0.1:1"],
  ["tcp", "connect", "--tls", "--cacert", "/proc/self/environ", "127.0.0.1:1"],
  ["tcp", "listen", "--dump", "/dev/shm/planted", "0"],
  ["mail", ...MAIL, "--attach", "/proc/self/environ"],
  ["mail", ...MAIL, "--eml", "/dev/shm/planted.eml"],
  ["mail", "sink", "--port", "0", "--web", "0", "--dir", "/dev/shm/planted"],
  ["chat", "serve", "--port", "0", "--history", "/dev/shm/planted.db"],
  ["chat", "serve", "--port", "0", "--oper-file", "/proc/self/environ"],
  ["chat", "join", "--password-file", "/proc/self/environ", "127.0.0.1:1"],
];

for (const [tool, ...words] of CALLS) {
  Deno.test({
    name: `sandbox: ${tool} ${words.join(" ")} exits with 5`,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      withFolder(async (cwd) => {
        const { code, stderr } = await runTool(tool, words, { cwd });
        assertMatch(stderr, /^toucan \w+: cannot .*: the sandbox permits ordinary files only\nhint: /);
        assertEquals(code, 5);
        assertEquals(
          [...Deno.readDirSync("/dev/shm")].filter(({ name, isFile }) => isFile && /planted/.test(name)),
          [],
        );
        await Deno.remove("/dev/shm/planted", { recursive: true }).catch(() => {});
      }),
  });
}
