import { closeQuietly } from "../../dial/connection.ts";

let loaded: Promise<void> | undefined;

/**
 * Loads the certificate authorities of the runtime, once. The runtime does so at the first TLS connection of a process, and blocks
 * for about 30 ms, which the time of that handshake would contain. The connection for it stays on this machine, and sends nothing;
 * without the permission for that it is left out.
 *
 * Permissions: `--allow-net=127.0.0.1`, which is optional.
 */
export function loadRoots(): Promise<void> {
  return loaded ??= load();
}

async function load(): Promise<void> {
  if (Deno.permissions.querySync({ name: "net", host: "127.0.0.1" }).state !== "granted") return;
  let open: Deno.Conn[] = [];
  try {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    open = [client];
    open = [await Deno.startTls(client, { hostname: "localhost" })];
  } catch {
    // The first handshake takes longer then.
  } finally {
    open.forEach(closeQuietly);
  }
}
