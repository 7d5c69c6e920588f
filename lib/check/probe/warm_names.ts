import { ipVersion, lookup, ruledAddresses, ruledTarget } from "../../core/mod.ts";
import { decodeHead, encodeMessage, type NameServer, recordFrom } from "../../dns/internal.ts";
import { addressesFromServers } from "../name/lookup.ts";
import type { ServiceTarget } from "../target/target.ts";
import type { ProbeContext } from "./probe.ts";

/** Most milliseconds that a lookup before a check may take. */
const WARM_UP_MS = 50;
/** Number of questions to a name server of this process. */
const ROUNDS = 3;

let [system, servers]: (Promise<void> | undefined)[] = [];

/**
 * Looks a name of this machine up as the check will look the target's name up: the code for that, and the system's own, is loaded
 * when it first runs, which takes milliseconds. Without the permission for that it is left out.
 *
 * Permissions: `--allow-net=localhost,127.0.0.1`, which is optional.
 */
export async function warmUpNames(target: ServiceTarget, context: ProbeContext): Promise<void> {
  const { dial: { resolve, connectTo } } = context;
  const to = { transport: "ip", host: target.host, port: target.port } as const;
  const { host, port } = ruledTarget(to, connectTo) ?? to;
  if (ipVersion(host) || ruledAddresses({ transport: "ip", host, port }, resolve)) return;
  await (context.servers ? servers ??= askSelf(context) : system ??= lookUpSelf(context));
}

async function lookUpSelf({ signal }: ProbeContext): Promise<void> {
  if (!isPermitted("localhost")) return;
  try {
    await lookup("localhost", { timeout: WARM_UP_MS, signal });
  } catch {
    // The lookup of the target takes longer then.
  }
}

/** Asks a name server of this process, which answers with its own address. */
async function askSelf(context: ProbeContext): Promise<void> {
  if (!isPermitted("127.0.0.1") || Deno.listenDatagram === undefined) return;
  let socket: Deno.DatagramConn | undefined;
  try {
    socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const { addr } = socket;
    if (addr.transport !== "udp") return;
    const server: NameServer = { protocol: "udp", host: "127.0.0.1", port: addr.port };
    answerWithSelf(socket);
    // The connections of the check would tell its trace about these, and follow its rules.
    const within = { ...context, servers: [server], timeout: WARM_UP_MS, connections: undefined, trace: undefined };
    // The code becomes faster from one to the next.
    for (let round = 0; round < ROUNDS; round++) await addressesFromServers("host.test", within);
  } catch {
    // The first question takes longer then.
  } finally {
    socket?.close();
  }
}

async function answerWithSelf(socket: Deno.DatagramConn): Promise<void> {
  try {
    for await (const [message, from] of socket) {
      const { id, questions } = decodeHead(message);
      const answers = questions.map(({ name, type }) =>
        recordFrom({ name, type, ttl: 0, data: type === "A" ? "127.0.0.1" : "::1" })
      );
      await socket.send(encodeMessage({ id, response: true, questions, answers }), from);
    }
  } catch {
    // The socket was closed.
  }
}

function isPermitted(host: string): boolean {
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}
