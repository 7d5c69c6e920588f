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

/** A broker of a cluster, which can be killed and started again with what it has stored. */
export interface NatsBroker {
  /** Its address. */
  readonly url: string;
  /** Kills it. */
  kill(): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
}

/** Starts a cluster of three brokers; at the end of the scope they are killed, and their folders removed. */
export async function startNatsCluster(): Promise<AsyncDisposable & { readonly brokers: readonly NatsBroker[] }> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const ports = Array.from({ length: 3 }, () => [freePort(), freePort()] as const);
  const routes = ports.map(([, route]) => `nats://127.0.0.1:${route}`).join(",");
  const brokers = ports.map(([port, route], i) => {
    const own = ["-js", "-sd", `${folder}/${i}`, "-a", "127.0.0.1", "-p", `${port}`, "-n", `n${i}`];
    const cluster = ["--cluster_name", "x", "--cluster", `nats://127.0.0.1:${route}`, "--routes", routes];
    const args = [...own, ...cluster, "--no_advertise"];
    let daemon: Daemon | undefined;
    const kill = async () => {
      await daemon?.[Symbol.asyncDispose]();
      daemon = undefined;
    };
    const start = async () => {
      const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
      daemon = await listening(new Deno.Command("nats-server", options).spawn(), port, { signal: "SIGKILL" });
    };
    stack.defer(kill);
    return { url: `nats://127.0.0.1:${port}`, kill, start };
  });
  await Promise.all(brokers.map(({ start }) => start()));
  const all = stack.move();
  return { brokers, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
