import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate, type TestCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { mismatchedKey } from "../kit/mismatched_key.ts";
import { startTool } from "../kit/tool.ts";

/** Servers that read their certificate again. */
const SERVERS: readonly (readonly [tool: string, words: readonly string[]])[] = [
  ["chat", ["serve", "--port", "0", "--one-port", "--tls"]],
  ["file", ["serve", "--port", "0", "--tls"]],
  ["mail", ["sink", "--port", "0", "--smtp-only", "--tls"]],
  ["tcp", ["listen", "--keep", "--broadcast", "--tls", "0"]],
  ["resolve", ["serve", "--port", "0", "--tls-listen", "0", "a.test=192.0.2.1"]],
];

/** Returns whether a client that trusts only this certificate can connect. */
async function accepts(port: number, { cert }: TestCertificate): Promise<boolean> {
  try {
    using conn = await Deno.connectTls({ hostname: "localhost", port, caCerts: [cert] });
    await conn.handshake();
    return true;
  } catch (error) {
    assertMatch(String(error), /certificate/i);
    return false;
  }
}

for (const [tool, words] of SERVERS) {
  Deno.test({
    name: `${tool} ${words[0]}: SIGHUP makes new connections use a new certificate, and a broken one changes nothing`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withFolder(async (folder) => {
        const [first, second] = await Promise.all([makeCertificate(), makeCertificate()]);
        const put = async ({ cert, key }: Pick<TestCertificate, "cert" | "key">) => {
          await Deno.writeTextFile(`${folder}/cert.pem`, cert);
          await Deno.writeTextFile(`${folder}/key.pem`, key);
        };
        await put(first);
        const files = ["--cert", `${folder}/cert.pem`, "--key", `${folder}/key.pem`];
        await using running = await startTool(tool, [...words, ...files]);
        const [, found = ""] = await running.stderrMatch(/(?:ircs|https|smtps|tls):\/\/127\.0\.0\.1:(\d+)/);
        const port = Number(found);
        assertEquals([await accepts(port, first), await accepts(port, second)], [true, false]);
        await put({ cert: first.cert, key: await mismatchedKey(second) });
        running.process.kill("SIGHUP");
        await running.stderrMatch(/warning: cannot use \S+cert\.pem: .*; the previous certificate stays in use\n/);
        assertEquals(await accepts(port, first), true);
        await put(second);
        running.process.kill("SIGHUP");
        await running.stderrMatch(/certificate read again from \S+cert\.pem\n/);
        assertEquals([await accepts(port, first), await accepts(port, second)], [false, true]);
      }),
  });
}
