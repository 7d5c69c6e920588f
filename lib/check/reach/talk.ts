import { type Connection, Deadline, dial, formatAddress, TimeoutError, ToucanError, writeAll } from "../../core/mod.ts";
import type { Probe, ProbeContext } from "../probe/probe.ts";
import { clientHello } from "./hello.ts";
import { judgeTalk } from "./judge_talk.ts";
import { firstLine, protocolOf } from "./protocol.ts";
import type { TalkInput, TalkSeen } from "./talk_seen.ts";

/** Most milliseconds that a server has for a greeting, and for an answer: of each, a quarter of the time for a step; bytes that are read of it. */
const [GREETING_MS, ANSWER_MS, MOST_BYTES] = [300, 1000, 1024];
const HTTP_REQUEST = new TextEncoder().encode("HEAD / HTTP/1.0\r\n\r\n");

/** The first bytes of an open port: by itself, and if something else was expected, as the answer to a ClientHello and to an HTTP request. */
export const talkProbe: Probe<TalkInput, TalkSeen> = {
  name: "talk",
  layer: "reach",
  async observe(input, context) {
    const greeting = await hear(input, context, GREETING_MS);
    const { end, bytes } = greeting;
    if (bytes.length > 0) return { first: "sent", ...recognised(bytes) };
    if (end !== "waited" || !input.expected) return { first: end };
    for (const opening of [clientHello(input.host), HTTP_REQUEST]) {
      const { bytes } = await hear(input, context, ANSWER_MS, opening);
      if (bytes.length > 0) return { first: end, ...recognised(bytes) };
    }
    return { first: end };
  },
  judge: judgeTalk,
  facts: ({ protocol }) => protocol === undefined ? {} : { protocol },
};

function recognised(bytes: Uint8Array): Pick<TalkSeen, "protocol" | "line"> {
  const protocol = protocolOf(bytes);
  return protocol === "TLS" || protocol === undefined ? { protocol } : { protocol, line: firstLine(bytes) };
}

/** Bytes and end of a connection. */
interface Heard {
  readonly bytes: Uint8Array;
  readonly end: "closed" | "reset" | "waited";
}

/** Opens a connection, sends what is given, and reads what comes within a time. */
async function hear(
  { address, port }: TalkInput,
  { signal, timeout, trace }: ProbeContext,
  limit: number,
  opening?: Uint8Array,
): Promise<Heard> {
  const none = new Uint8Array();
  try {
    const to = formatAddress({ transport: "ip", host: address.address, port });
    using connection = await dial(to, { signal, timeout, trace });
    using deadline = new Deadline({ signal, timeout: Math.min(limit, timeout / 4) }, `read from ${to}`);
    return await deadline.race(exchange(connection, opening));
  } catch (error) {
    if (signal.aborted || !(error instanceof ToucanError || isReset(error))) throw error;
    if (error instanceof TimeoutError) return { bytes: none, end: "waited" };
    return { bytes: none, end: "reset" };
  }
}

async function exchange(connection: Connection, opening?: Uint8Array): Promise<Heard> {
  if (opening) {
    await writeAll(connection, opening);
    // A server that waits for the end of a line learns that nothing follows.
    if (opening === HTTP_REQUEST) await connection.closeWrite();
  }
  const buffer = new Uint8Array(MOST_BYTES);
  const count = await connection.read(buffer);
  return { bytes: buffer.subarray(0, count ?? 0), end: count === null ? "closed" : "waited" };
}

function isReset(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected;
}
