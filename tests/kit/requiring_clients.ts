import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "./certificates.ts";
import { HAS_FULL_TLS } from "./runtime.ts";
import type { Place } from "./trial.ts";

/**
 * Returns a trial of a server with these arguments and `--client-ca`: a client with a certificate of that authority
 * sends a text, and the server reads it. A runtime that cannot verify client certificates reports that.
 */
export function requiringClients(words: readonly string[], request: string) {
  return async (place: Place): Promise<void> => {
    const authority = await makeCertificate({ authority: true, names: [] });
    const client = await makeCertificate({ issuer: authority, names: [] });
    const server = await makeCertificate();
    const files = {
      "c/ca.pem": authority.cert,
      "c/cert.pem": server.cert,
      "c/key.pem": server.key,
      "root/a.txt": "served",
    };
    for (const [path, text] of Object.entries(files)) await place.write(path, text);
    const secured = ["--tls", "--cert", "c/cert.pem", "--key", "c/key.pem", "--client-ca", "c/ca.pem", ...words];
    if (!HAS_FULL_TLS) {
      const { code, stderr } = await place.tool(secured);
      assertEquals(code, 5);
      return assertMatch(stderr, /client certificates require Deno 2\.8 or later/);
    }
    await using tool = await place.start(secured);
    const [, port = ""] = await tool.stderrMatch(/listening on \w+:\/\/127\.0\.0\.1:(\d+)/);
    const { cert, key } = client;
    const at = { hostname: "localhost", port: Number(port), caCerts: [server.cert], cert, key };
    const conn = await Deno.connectTls(at);
    await conn.write(new TextEncoder().encode(request));
    await conn.closeWrite();
    await tool.process.stdin.close();
    const heard = await new Response(conn.readable).text();
    // A listener for one client prints the text and exits; the others respond.
    if (heard === "") assertEquals(await new Response(tool.process.stdout).text(), request);
    else assertMatch(heard, /served$| 001 ann |^220 /);
  };
}
