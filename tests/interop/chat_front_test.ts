import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { startTool } from "../kit/tool.ts";

/** Runs a program with this stdin and returns what it prints. */
async function run(program: string, args: readonly string[], stdin = ""): Promise<string> {
  const process = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped", stderr: "null" })
    .spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin)).catch(() => {});
  await writer.close().catch(() => {});
  return new TextDecoder().decode((await process.output()).stdout);
}

/** With an empty line at its end, which also ends the head of a request. */
const IRC = "NICK ann\r\nUSER ann 0 * :ann\r\nQUIT\r\n\r\n";

peerTest(
  "chat serve --one-port --tls: curl and openssl, with and without TLS, for the page and IRC",
  ["curl", "openssl", "nc"],
  () =>
    withFolder(async (folder) => {
      const { cert, key } = await makeCertificate();
      await Deno.writeTextFile(`${folder}/cert.pem`, cert);
      await Deno.writeTextFile(`${folder}/key.pem`, key);
      const files = ["--cert", `${folder}/cert.pem`, "--key", `${folder}/key.pem`];
      await using tool = await startTool("chat", ["serve", "--port", "0", "--one-port", "--tls", ...files]);
      const [, port = ""] = await tool.stderrMatch(/listening on http:\/\/127\.0\.0\.1:(\d+)\/\n/);
      const curl = (...args: readonly string[]) =>
        run("curl", ["-sS", "--cacert", `${folder}/cert.pem`, "-w", "\n%{http_code} %{http_version}", ...args]);
      const s_client = (...args: readonly string[]) =>
        run("openssl", [
          "s_client",
          "-quiet",
          "-CAfile",
          `${folder}/cert.pem`,
          "-connect",
          `localhost:${port}`,
          ...args,
        ], IRC);
      assertMatch(await curl(`https://localhost:${port}/`), /<title>Toucan chat<\/title>[^]*\n200 1\.1$/);
      assertMatch(await curl("--no-alpn", `https://localhost:${port}/`), /Toucan chat[^]*\n200 1\.1$/);
      assertMatch(await curl(`http://localhost:${port}/`), /Toucan chat[^]*\n200 1\.1$/);
      assertMatch(await curl("-d", IRC, `http://localhost:${port}/`), /\n405 1\.1$/);
      assertMatch(await curl("-H", "Host: evil.example", `https://localhost:${port}/`), /\n421 1\.1$/);
      assertMatch(await s_client(), / 001 ann /);
      assertMatch(await s_client("-tls1_2"), / 001 ann /);
      assertMatch(await s_client("-alpn", "irc"), / 001 ann /);
      assertMatch(await s_client("-alpn", "http/1.1"), /^HTTP\/1\.1 400 /);
      assertMatch(await run("nc", ["-N", "127.0.0.1", port], IRC), / 001 ann /);
      tool.process.kill("SIGTERM");
      assertEquals(await tool.code, 0);
    }),
);
