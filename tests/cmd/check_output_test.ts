import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { freePort } from "../kit/port.ts";
import { octets, readUntil, scriptedServer } from "../kit/raw.ts";
import { runTool } from "../kit/tool.ts";

/** A web server that answers each request with an empty page. */
function webServer() {
  return scriptedServer(async (conn) => {
    await readUntil(conn, /\r\n\r\n/);
    await conn.write(octets("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: x\r\nConnection: close\r\n\r\n"));
  });
}

Deno.test("check -v prints all findings, -vv and --trace what crosses the wire besides", async () => {
  await using server = webServer();
  const target = `http://127.0.0.1:${server.port}`;
  /** Options, whether all findings are printed, and whether the exchange is. */
  const rows: readonly (readonly [options: readonly string[], findings: boolean, exchange: boolean])[] = [
    [[], false, false],
    [["-v"], true, false],
    [["-vv"], true, true],
    [["--trace"], true, true],
    [["-vv", "--json"], false, true],
  ];
  const seen = await Promise.all(rows.map(async ([options]) => {
    const { code, stdout, stderr } = await runTool("check", [...options, target]);
    return [code, /✓ .* \(connected\)/.test(stdout), /> \[\S+\] GET \/ HTTP\/1\.1/.test(stderr)];
  }));
  assertEquals(seen, rows.map(([, findings, exchange]) => [0, findings, exchange]));
});

Deno.test("check: several targets end with a summary, the worst first, and files are written", () =>
  withFolder(async (folder) => {
    await using server = webServer();
    const [good, bad] = [`http://127.0.0.1:${server.port}`, `tcp://127.0.0.1:${freePort()}`];
    const files = ["--html", `${folder}/report.html`];
    const call = async (more: readonly string[]) => {
      const stdin = `${good}\n\n# a comment\n${bad}\nhttp://\n${good}/\n`;
      const { code, stdout } = await runTool("check", [...files, ...more, "--expect", "status=200", "-"], { stdin });
      return { code, lines: stdout.trimEnd().split("\n") };
    };
    const { code, lines } = await call([]);
    assertEquals([code, lines.slice(-5).map((line) => line.split(": ").slice(0, 2).join(": "))], [6, [
      "4 targets: 1 broken (reach 1), 1 invalid, 2 ok",
      `✗ ${bad}: reach`,
      '✗ invalid target "http://": the host is missing',
      `✓ ${good}/: ok`,
      `✓ ${good}: ok`,
    ]]);
    assertMatch(await Deno.readTextFile(`${folder}/report.html`), /Check of 3 targets/);
    const record = JSON.parse((await call(["--json", "--redact"])).lines.at(-1) ?? "");
    const states = record.targets.map(({ state, target }: Record<string, string>) => [state, target === "…"]);
    assertEquals(states, [["broken", false], ["invalid", true], ["ok", false], ["ok", false]]);
  }));
