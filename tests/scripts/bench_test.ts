import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { withFolder } from "../kit/folder.ts";
import { watch } from "../kit/tool.ts";
import { until, within } from "../kit/wait.ts";

/** Starts the bench of fake subjects. */
function bench(folder: string, ...words: readonly string[]) {
  const program = fileURLToPath(new URL("../kit/bench_subjects.ts", import.meta.url));
  const args = ["run", "--quiet", "--allow-all", program, folder, ...words];
  const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  return watch(new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" }, ...piped }).spawn());
}

/** Returns the recorded processes that are still running, without zombies. */
function running(folder: string): string[] {
  const pids = Deno.readTextFileSync(`${folder}/pids`).trim().split("\n");
  return pids.filter((pid) => {
    try {
      return !/^State:\tZ/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
    } catch {
      return false;
    }
  });
}

/** Returns the folders that subjects have not removed. */
function left(folder: string): string[] {
  return [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);
}

Deno.test("bench reports a missing or failed peer in its row and continues", () =>
  withFolder(async (folder) => {
    await using program = bench(folder);
    const [stdout, code] = await Promise.all([new Response(program.process.stdout).text(), program.code]);
    const rows = stdout.trim().split("\n").map((line) =>
      line.split("|").slice(1, 4).map((cell) => cell.trim()).join(" | ")
    );
    const ours = "ours: 10.0 ms";
    assertEquals(rows, [
      `good | ${ours} | peer: 10.0 ms`,
      "unloadable | not run: no such module | –",
      "unready | not run: no memory folder: and more | –",
      `absent | ${ours} | peer: peer is not installed`,
      `absent | ${ours} | other: 10.0 ms`,
      `no program | ${ours} | peer: failed: not installed`,
      `fails | ${ours} | peer: failed: peer ended with 7: broken pipe`,
      `fails later | ${ours} | peer: failed: port taken`,
      `fails later | ${ours} | other: 10.0 ms`,
      `throws at once | ${ours} | peer: failed: at once`,
      "not built | not run: toucan-x is not built: run deno task build | –",
      "ours fails | not run: failed: ours broke | –",
      `last | ${ours} | –`,
      `untidy | ${ours} | –`,
      `after | ${ours} | –`,
    ]);
    assertEquals(program.stderr(), "untidy: cannot clean up: still mounted\n8 failed\n");
    assertEquals([code, left(folder)], [1, []]);
    await until("an end of its servers", () => running(folder).length === 0);
  }));

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`bench stops its processes and removes its files at ${signal}`, () =>
    withFolder(async (folder) => {
      await using program = bench(folder, "hang");
      const reader = program.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertEquals((await within("its work", reader.read())).value, "hanging\n");
      assertEquals(running(folder).length, 4);
      program.process.kill(signal);
      assertEquals(await within("its end", program.code), expected);
      await until("an end of its servers", () => running(folder).length === 0);
      assertEquals(left(folder), []);
      await reader.cancel();
    }));
}
