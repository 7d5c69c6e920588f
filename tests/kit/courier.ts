import type { HostPort } from "../../lib/core/mod.ts";

/** Program that it needs, for `peerTest`. */
export const COURIER = ["courier-imapd"];

/** The IMAP server of Courier on 127.0.0.1, for a maildir: without its daemons it has every connection authenticated (PREAUTH). */
export interface Courier extends AsyncDisposable {
  /** Its address. */
  readonly address: HostPort;
  /** Path of the maildir. */
  readonly maildir: string;
  /** Delivers a message by a file in `new`. */
  deliver(message: string): Promise<void>;
}

/** Starts it; `capabilities` are what it offers besides its own. */
export async function startCourier(capabilities: string): Promise<Courier> {
  const home = await Deno.makeTempDir({ prefix: "courier" });
  const maildir = `${home}/Maildir`;
  for (const part of ["", "/cur", "/new", "/tmp"]) await Deno.mkdir(maildir + part);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sessions: Promise<unknown>[] = [];
  const serve = async (conn: Deno.Conn) => {
    // It speaks on its standard streams.
    const process = new Deno.Command(COURIER[0] ?? "", {
      args: [maildir],
      ...{ clearEnv: true, env: { HOME: home, PATH: Deno.env.get("PATH") ?? "", IMAP_CAPABILITY: capabilities } },
      ...{ stdin: "piped", stdout: "piped", stderr: "null" },
    }).spawn();
    await Promise.allSettled([
      conn.readable.pipeTo(process.stdin),
      process.stdout.pipeTo(conn.writable),
      process.status,
    ]);
  };
  const accept = async () => {
    for await (const conn of listener) sessions.push(serve(conn));
  };
  const accepted = accept().catch(() => {});
  let count = 0;
  return {
    address: { transport: "ip", host: "127.0.0.1", port: listener.addr.port },
    maildir,
    async deliver(message) {
      const name = `${Math.floor(Date.now() / 1000)}.M${count++}.toucan`;
      await Deno.writeTextFile(`${maildir}/tmp/${name}`, message);
      await Deno.rename(`${maildir}/tmp/${name}`, `${maildir}/new/${name}`);
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepted;
      await Promise.all(sessions);
      await Deno.remove(home, { recursive: true });
    },
  };
}
