import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { LDNS, signRoot } from "../kit/ldns.ts";
import { startNginx } from "../kit/nginx.ts";
import { startNsd } from "../kit/nsd.ts";
import { peerTest } from "../kit/peer.ts";
import { toolArgs, type ToolResult } from "../kit/tool.ts";

/** Clocks of this machine that are wrong, and by how many days. */
const CLOCKS = ["+1y", "-1y"];

/** Runs `check` on a machine whose clock is wrong. */
async function runLate(clock: string, args: readonly string[]): Promise<ToolResult> {
  const tool = await toolArgs("check", args);
  const { code, stdout, stderr } = await new Deno.Command("faketime", {
    args: ["-m", "-f", clock, tool.program, ...tool.args],
    // Only the time of day is wrong: timers go by another clock.
    env: { NO_COLOR: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1" },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Lines of the first screen from the cause on. */
const causeOf = ({ stdout }: ToolResult) => stdout.slice(stdout.indexOf("\n\n") + 2);

for (const clock of CLOCKS) {
  peerTest(`check: the clock of this machine wrong by ${clock} is the cause of an outdated certificate`, [
    "faketime",
    "nginx",
  ], () =>
    withFolder(async (folder) => {
      const { cert, key } = await makeCertificate({ days: [-1, 90] });
      await Deno.mkdir(`${folder}/root`);
      await Deno.writeTextFile(`${folder}/root/index.html`, "<!doctype html><title>Clock</title>");
      await using server = await startNginx(folder, { tls: { cert, key } });
      await Deno.writeTextFile(`${folder}/ca.pem`, cert);
      const result = await runLate(clock, ["--cacert", `${folder}/ca.pem`, server.url]);
      assertStringIncludes(causeOf(result), "TLS: the clock of this machine is wrong by 365 days: here it is ");
      assertStringIncludes(causeOf(result), "to be fixed by: you\n");
      assertEquals([result.code, result.stderr], [5, ""]);
    }));

  peerTest(
    `check: the clock of this machine wrong by ${clock}, without a target`,
    ["faketime", "nsd", ...LDNS],
    async () => {
      const { zone } = await signRoot([]);
      await using server = await startNsd({ ".": zone });
      const result = await runLate(clock, ["--server", `127.0.0.1:${server.port}`]);
      // Whatever else this machine lacks.
      assertStringIncludes(result.stdout, "the clock of this machine is wrong: it is ");
      assertEquals([result.code, result.stderr], [5, ""]);
    },
  );
}
