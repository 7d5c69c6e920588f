import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { testSite } from "../kit/site.ts";
import { HAS_FULL_TLS } from "../kit/runtime.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

const BODY = "what was asked for\n";
const PAGE = { headers: { "Content-Type": "text/html" }, body: "<p>a page</p>" };
const SITE = { "/": { body: BODY }, "/page": PAGE };
const MAIL = ["send", "--from", "a@example.com", "--to", "b@example.com", "--text", BODY, "--dry-run", "--eml"];
const LINUX = { ignore: Deno.build.os !== "linux" };

// Opening a pipe differs between the same versions as TLS.
const OPENS_PIPES = { ignore: LINUX.ignore || !HAS_FULL_TLS };

/** Tools that write to a path of the user, and the arguments before it. */
const WRITERS: Readonly<Record<string, (url: string) => readonly [tool: string, words: readonly string[]]>> = {
  "get": (url) => ["get", [url, "-o"]],
  "get --page": (url) => ["get", ["--page", `${url}page`, "-o"]],
  "mail send --eml": () => ["mail", MAIL],
};

async function pipe(folder: string): Promise<string> {
  await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
  return `${folder}/pipe`;
}

for (const [what, words] of Object.entries(WRITERS)) {
  Deno.test(
    `outputs: ${what} writes to a named pipe and a device`,
    OPENS_PIPES,
    () =>
      withFolder(async (cwd) => {
        await using site = testSite(SITE);
        const [tool, args] = words(site.url);
        const heard = new Deno.Command("cat", { args: [await pipe(cwd)] }).output();
        const written = await runTool(tool, [...args, "pipe"], { cwd });
        assertEquals(written.code, 0, written.stderr);
        assertMatch(new TextDecoder().decode((await heard).stdout), /what was asked for|<p>a page/);
        const device = await runTool(tool, [...args, "/dev/null"], { cwd });
        assertEquals(device.code, 0, device.stderr);
        assertEquals([...Deno.readDirSync(cwd)].map(({ name }) => name), ["pipe"]);
      }),
  );

  Deno.test(
    `outputs: ${what} can be interrupted while it waits for the reader of a pipe`,
    OPENS_PIPES,
    () =>
      withFolder(async (cwd) => {
        await using site = testSite(SITE);
        const [tool, args] = words(site.url);
        await pipe(cwd);
        await using running = await startTool(tool, [...args, "pipe"], { cwd });
        await running.process.stdin.close();
        await untilWaiting(running.process.pid);
        running.process.kill("SIGINT");
        assertEquals(await running.code, 130);
      }),
  );
}

for (const [what, words] of Object.entries(WRITERS)) {
  Deno.test(`outputs: ${what} on Deno 2.7 rejects a pipe`, {
    ignore: !OPENS_PIPES.ignore || LINUX.ignore,
  }, () =>
    withFolder(async (cwd) => {
      await using site = testSite(SITE);
      const [tool, args] = words(site.url);
      await pipe(cwd);
      const { code, stderr } = await runTool(tool, [...args, "pipe"], { cwd });
      assertEquals(code, 5);
      assertStringIncludes(stderr, "cannot write pipe: a pipe as an output requires Deno 2.8 or later");
    }));
}

/** Resolves when a thread of a process waits for the reader of a pipe. */
async function untilWaiting(pid: number): Promise<void> {
  await until("a thread that waits for the pipe", async () => {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      const call = await Deno.readTextFile(`/proc/${pid}/task/${name}/wchan`).catch(() => "");
      if (/fifo|pipe_wait|wait_for_partner/.test(call)) return true;
    }
  });
}

Deno.test(
  "get -o: rejects a link to a file, and with --force replaces the file",
  LINUX,
  () =>
    withFolder(async (cwd) => {
      await using site = testSite(SITE);
      await Deno.writeTextFile(`${cwd}/target`, "old");
      await Deno.symlink("target", `${cwd}/link`);
      const refused = await runTool("get", [site.url, "-o", "link"], { cwd });
      assertEquals(refused.code, 5);
      assertStringIncludes(refused.stderr, "link already exists");
      assertEquals((await runTool("get", [site.url, "--force", "-o", "link"], { cwd })).code, 0);
      assertEquals([Deno.readTextFileSync(`${cwd}/target`), Deno.lstatSync(`${cwd}/link`).isFile], [BODY, false]);
    }),
);
