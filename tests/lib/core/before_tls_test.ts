import { assertEquals, assertRejects } from "@std/assert";
import { type Connection, dial, NetworkError, selfSigned, type TlsOptions } from "../../../lib/core/mod.ts";
import { NODE_TLS_PROVES_KEYS } from "../../../lib/core/tls/client/node_client.ts";
import { mailSink } from "../../../lib/mail/mod.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

/** Number of connections of a client without authorities: Deno 2.7 has to fetch the certificate first. */
const CONNECTIONS = NODE_TLS_PROVES_KEYS ? 1 : 2;

/** Reads up to a line end, byte by byte, so that nothing is taken that belongs to TLS. */
async function line(plain: Connection): Promise<string> {
  let text = "";
  const byte = new Uint8Array(1);
  while (!text.endsWith("\n") && await plain.read(byte) !== null) text += String.fromCharCode(byte[0] ?? 0);
  return text;
}

/** Asks a mail server for TLS. */
async function ask(plain: Connection): Promise<boolean> {
  await line(plain);
  await plain.write(new TextEncoder().encode("STARTTLS\r\n"));
  return (await line(plain)).startsWith("220");
}

Deno.test("dial: what starts TLS by a command is trusted as any TLS is", async () => {
  const keyPair = await selfSigned();
  await using sink = await mailSink({ keyPair });
  const { address } = sink;
  const good: readonly (readonly [TlsOptions, string, number])[] = [
    [{ caCerts: [keyPair.cert], serverName: "localhost" }, "authority", 1],
    [{ pin: keyPair.pin }, "pin", CONNECTIONS],
    [{ insecure: true }, "nothing", CONNECTIONS],
  ];
  for (const [tls, verified, connections] of good) {
    let asked = 0;
    using connection = await dial(address, { tls, timeout: DEADLINE_MS, beforeTls: (plain) => (asked++, ask(plain)) });
    await connection.write(new TextEncoder().encode("QUIT\r\n"));
    assertEquals([connection.security?.verified, asked, (await line(connection)).slice(0, 3)], [
      verified,
      connections,
      "221",
    ]);
  }
  const bad: readonly (readonly [TlsOptions, string])[] = [
    [{}, "tls-unknown-issuer"],
    [{ caCerts: [keyPair.cert], serverName: "other.test" }, "tls-name-mismatch"],
    [{ pin: (await selfSigned()).pin }, "pin-mismatch"],
  ];
  for (const [tls, code] of bad) {
    const error = await assertRejects(() => dial(address, { tls, timeout: DEADLINE_MS, beforeTls: ask }), NetworkError);
    assertEquals(error.code, code);
  }
});

Deno.test("dial: where no TLS follows the connection is handed out as it is; where asking fails it is closed", async () => {
  await using sink = await mailSink();
  {
    using connection = await dial(sink.address, { tls: {}, beforeTls: () => Promise.resolve(false) });
    assertEquals([connection.security, (await line(connection)).slice(0, 3)], [undefined, "220"]);
  }
  let kept: Connection | undefined;
  const fails = (plain: Connection) => {
    kept = plain;
    return Promise.reject(new Error("no"));
  };
  await assertRejects(() => dial(sink.address, { tls: {}, beforeTls: fails }), Error, "no");
  await assertRejects(() => kept?.read(new Uint8Array(1)) ?? Promise.resolve(), Error);
});
