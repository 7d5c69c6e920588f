import { assert, assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { freePort } from "../kit/port.ts";
import { RawFtp } from "../kit/ftp_served.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { within } from "../kit/wait.ts";

Deno.test("file serve --ftp: the folder by both protocols, with an access log and a trace without passwords", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.txt`, "hello");
    await using tool = await startTool("file", [
      ...["serve", "--port", "0", "--ftp", "0", "--upload", "--trace", folder],
    ]);
    const [, port = ""] = await tool.stderrMatch(/listening on ftp:\/\/127\.0\.0\.1:(\d+)\/\n/);
    const client = await RawFtp.login(Number(port), "ada", "very-secret");
    assertEquals((await client.receive("RETR a.txt")).data, "hello");
    assertMatch(await client.send("STOR b\x1b[2J.txt", "up"), /^226 /);
    assertMatch((await client.receive("RETR none")).reply, /^550 /);
    await client.ask("QUIT");
    await tool.stderrMatch(/^\S+Z 127\.0\.0\.1:\d+ "RETR \/a\.txt FTP" 226 5 \d+\.\dms$/m);
    await tool.stderrMatch(/^\S+Z 127\.0\.0\.1:\d+ "STOR \/b\S+\.txt FTP" 226 2 \d+\.\dms$/m);
    await tool.stderrMatch(/^\S+Z 127\.0\.0\.1:\d+ "RETR \/none FTP" 550 0 \d+\.\dms$/m);
    await tool.stderrMatch(/< \[127\.0\.0\.1:\d+\] PASS \*{8}\n/);
    await tool.stderrMatch(/> \[127\.0\.0\.1:\d+\] 221 Goodbye\n/);
    assert(!tool.stderr().includes("very-secret") && !tool.stderr().includes("\x1b"), tool.stderr());
    tool.process.kill("SIGTERM");
    assertEquals(await tool.code, 0);
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), ["a.txt", "b\x1b[2J.txt"]);
  }));

Deno.test("file serve --ftp --json: records of listeners, commands, failed logins and rejected clients", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/pw`, "s3cret\n");
    await Deno.writeTextFile(`${folder}/a.txt`, "hello");
    const port = freePort();
    await using tool = await startTool("file", [
      ...["serve", "--port", "0", "--ftp", `${port}`, "--json", "--user", "ada", "--password-file", `${folder}/pw`],
      ...["--max-connections", "1", folder],
    ]);
    const lines = records(tool.process.stdout);
    const until = async (event: string) => {
      for (let next = await lines.next(); !next.done; next = await lines.next()) {
        if (next.value.event === event) return next.value;
      }
      throw new Error(`no ${event}`);
    };
    assertEquals((await until("listening")).url?.toString().startsWith("http:"), true);
    assertEquals((await until("listening")).url, `ftp://127.0.0.1:${port}/`);
    using client = await RawFtp.connect(port);
    await client.ask("USER ada");
    await client.ask("PASS wrong");
    const failed = await until("request");
    assertEquals([failed.method, failed.status, failed.user, failed.target], ["PASS", 530, undefined, ""]);
    await client.ask("USER ada");
    await client.ask("PASS s3cret");
    assertEquals((await client.receive("RETR a.txt")).data, "hello");
    const { peer: _, ms, ...got } = await until("request");
    assertEquals(got, { event: "request", user: "ada", method: "RETR", target: "/a.txt", status: 226, bytes: 5 });
    assertEquals(typeof ms, "number");
    using _second = await Deno.connect({ hostname: "127.0.0.1", port });
    const refused = await until("refused");
    assertEquals(
      typeof refused.error === "object" && refused.error && "code" in refused.error && refused.error.code,
      "too-many-connections",
    );
    await lines.return(undefined);
  }));

/** Yields the records that a tool prints. */
async function* records(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Record<string, unknown>, undefined> {
  let held = "";
  for await (const piece of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (held + piece).split("\n");
    held = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}

/** Calls that fail, and what they print. */
const FAILURES: readonly (readonly [words: readonly string[], code: number, stderr: RegExp])[] = [
  [["--ftp", "70000"], 2, /option --ftp: .*a number from 0 to 65535/],
  [["--ftps", "0"], 2, /option --ftps requires --tls, --cert or --tls-dir: FTP with implicit TLS needs a certificate/],
  [["--ftp-passive-ports", "5-6"], 2, /option --ftp-passive-ports requires --ftp or --ftps/],
  [["--ftp", "0", "--ftp-passive-ports", "6-5"], 2, /--ftp-passive-ports: .*range of ports/],
  [["--ftp", "0", "--ftp-passive-ports", "0-5"], 2, /--ftp-passive-ports: .*range of ports/],
  [["--ftp", "0", "--ftp-passive-ports", "5"], 2, /--ftp-passive-ports: .*range of ports/],
  [["--ftp", "0", "--ftp-host", "example.com"], 2, /--ftp-host: .*an IPv4 address/],
  [["--ftp", "0", "--ftp-host", "::1"], 2, /--ftp-host: .*an IPv4 address/],
  [["--ftp-host", "192.0.2.7"], 2, /option --ftp-host requires --ftp or --ftps/],
  [["--ftp", "0", "--upload", "--host", "0.0.0.0"], 2, /uploads from other machines require user name and password/],
];

for (const [words, code, stderr] of FAILURES) {
  Deno.test(`file serve ${words.join(" ")}: exits with ${code}`, () =>
    withFolder(async (folder) => {
      // What is accepted by mistake would serve for ever.
      const result = await within(words.join(" "), runTool("file", ["serve", "--port", "0", ...words, folder]));
      assertMatch(result.stderr, stderr);
      assertEquals(result.code, code);
    }));
}

Deno.test("file serve --ftp: a port in use ends the tool, with the HTTP server closed", () =>
  withFolder(async (folder) => {
    using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { code, stderr } = await runTool("file", ["serve", "--port", "0", "--ftp", `${other.addr.port}`, folder]);
    assertMatch(stderr, /cannot listen on 127\.0\.0\.1:\d+: address already in use/);
    assertEquals(code, 5);
  }));

Deno.test("file serve --ftp: passive ports and the address for clients behind a NAT", () =>
  withFolder(async (folder) => {
    const from = freePort();
    await using tool = await startTool("file", [
      ...["serve", "--port", "0", "--ftp", "0", "--ftp-passive-ports", `${from}-${from + 3}`],
      ...["--ftp-host", "192.0.2.7", folder],
    ]);
    const [, port = ""] = await tool.stderrMatch(/listening on ftp:\/\/127\.0\.0\.1:(\d+)\/\n/);
    using client = await RawFtp.login(Number(port));
    for (let i = 0; i < 20; i++) {
      const passive = await client.passive();
      assert(passive >= from && passive <= from + 3, `${passive}`);
      assertMatch(await client.ask("PASV"), /^227 Entering Passive Mode \(192,0,2,7,\d+,\d+\)$/);
    }
  }));

Deno.test("file serve --ftp: warns when passwords cross the network in the clear", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/pw`, "s3cret\n");
    await using tool = await startTool("file", [
      ...["serve", "--port", "0", "--ftp", "0", "--host", "0.0.0.0", "--user", "a", "--password-file", `${folder}/pw`],
      folder,
    ]);
    await tool.stderrMatch(/warning: without --tls the password crosses the network in the clear\n/);
    await tool.stderrMatch(/listening on ftp:\/\/0\.0\.0\.0:\d+\/\n/);
  }));
