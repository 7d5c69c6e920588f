import { certificateFacts, dial, formatAddress } from "../../core/mod.ts";

let warm: Promise<void> | undefined;

/**
 * Connects once to a port of this process, so that the time of the first connection of a check is that of the network: the code that
 * connects is compiled when it first runs, which takes milliseconds. Without the permission for that it is left out.
 *
 * Permissions: `--allow-net=127.0.0.1`, which is optional.
 */
export function warmUp(): Promise<void> {
  return warm ??= connectToSelf();
}

async function connectToSelf(): Promise<void> {
  if (Deno.permissions.querySync({ name: "net", host: "127.0.0.1" }).state !== "granted") return;
  try {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    using _connection = await dial(formatAddress({ transport: "ip", host: "127.0.0.1", port: listener.addr.port }));
  } catch {
    // The first connection takes longer then.
  }
}

/**
 * Reads one of these certificates (PEM), if there are any: a handshake with own authorities looks whether the server's certificate is
 * among them, and the code that reads certificates takes 30 ms to load, which would be in its time.
 *
 * Permissions: none.
 */
export async function loadCertificateReader([certificate]: readonly string[] = []): Promise<void> {
  if (certificate === undefined) return;
  try {
    await certificateFacts(certificate);
  } catch {
    // The handshake reports what cannot be read.
  }
}
