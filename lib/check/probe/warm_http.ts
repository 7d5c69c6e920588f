import { closeQuietly, writeAll } from "../../core/mod.ts";
import { httpProbe } from "../application/http/http.ts";

/** Most milliseconds for a step of the request before a check. */
const WARM_UP_MS = 100;
const RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx";
const ADDRESS = { address: "127.0.0.1", family: 4 } as const;

let warm: Promise<void> | undefined;

/**
 * Requests a page of this process, once, so that the first request of a check takes as long as the server needs: the code for that is
 * compiled when it first runs. Without the permission for that it is left out.
 *
 * Permissions: `--allow-net=127.0.0.1`, which is optional.
 */
export function warmUpHttp(): Promise<void> {
  return warm ??= requestFromSelf(httpProbe.observe);
}

/**
 * Requests a page of this process, and ends however that ends. `observe` requests it.
 *
 * Permissions: `--allow-net=127.0.0.1`, which is optional.
 */
export async function requestFromSelf(observe: typeof httpProbe.observe): Promise<void> {
  if (Deno.permissions.querySync({ name: "net", host: ADDRESS.address }).state !== "granted") return;
  try {
    using listener = Deno.listen({ hostname: ADDRESS.address, port: 0 });
    const { port } = listener.addr;
    const page = { url: `http://${ADDRESS.address}:${port}/`, host: ADDRESS.address, address: ADDRESS, port };
    const context = {
      signal: AbortSignal.timeout(2 * WARM_UP_MS),
      timeout: WARM_UP_MS,
      now: () => new Date(),
      dial: {},
    };
    // A connection that failed is a result, too: the listener would wait for it for ever.
    const observed = observe(page, context).finally(() => closeQuietly(listener));
    await Promise.all([answer(listener), observed]);
  } catch {
    // The first request takes longer then.
  }
}

async function answer(listener: Deno.TcpListener): Promise<void> {
  const client = await listener.accept();
  try {
    await client.read(new Uint8Array(1024));
    await writeAll(client, new TextEncoder().encode(RESPONSE));
  } finally {
    closeQuietly(client);
  }
}
