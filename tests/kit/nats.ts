import { type Daemon, listening } from "./daemon.ts";
import { freePort } from "./port.ts";

/** A NATS server with JetStream. */
export interface NatsServer extends Daemon {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Its address. */
  readonly url: string;
}

/** Starts `nats-server` with JetStream; its folder is removed at the end, unless it is given. */
export async function startNats(
  { port = freePort(), folder }: { readonly port?: number; readonly folder?: string } = {},
): Promise<NatsServer> {
  const own = folder === undefined ? await Deno.makeTempDir() : undefined;
  const args = ["-js", "-sd", folder ?? own ?? "", "-a", "127.0.0.1", "-p", `${port}`];
  const process = new Deno.Command("nats-server", { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const daemon = await listening(process, port, { signal: "SIGKILL", folder: own });
  return { port, url: `nats://127.0.0.1:${port}`, ...daemon };
}
