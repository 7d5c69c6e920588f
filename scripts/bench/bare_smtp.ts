/**
 * Measures the limit of the runtime for accepting mail: `bare_smtp.ts PORT` answers each read as a client expects that waits for each
 * reply, and stores nothing.
 * @module
 */
const [port = "0"] = Deno.args;
const encoder = new TextEncoder();
const GREETING = encoder.encode("220 bare ESMTP\r\n");
const OK = encoder.encode("250 Ok\r\n");
const DATA = encoder.encode("354 Go on\r\n");
const BYE = encoder.encode("221 Bye\r\n");
const END = encoder.encode("\r\n.\r\n");
/** First letters of DATA and QUIT. */
const [D, Q] = encoder.encode("DQ");

async function serve(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  let receiving = false;
  await conn.write(GREETING);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    const read = buffer.subarray(0, count);
    if (receiving) {
      if (!END.every((byte, i) => read.at(i - END.length) === byte)) continue;
      receiving = false;
      await conn.write(OK);
    } else if (read[0] === D) {
      receiving = true;
      await conn.write(DATA);
    } else if (read[0] === Q) {
      await conn.write(BYE);
      break;
    } else await conn.write(OK);
  }
  conn.close();
}

for await (const conn of Deno.listen({ hostname: "127.0.0.1", port: Number(port) })) {
  serve(conn).catch(() => conn.close());
}
