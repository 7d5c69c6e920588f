import { TimeoutError } from "../../core/mod.ts";
import { echoDatagrams } from "../../udp/server/echo.ts";
import type { DatagramEvent } from "../../udp/events/event.ts";
import { sendDatagrams } from "../../udp/client/send.ts";

/** Options of {@link demonstrateDatagrams}. */
export interface DatagramDemonstration {
  /** Called with the address of the echo server. */
  readonly listening: (address: string) => void;
  /** Called before the echo server stops. */
  readonly leaving: () => void;
  /** Called with each datagram sent, by the client or the server. */
  readonly crossed: (from: "client" | "server", text: string) => void;
  /** Stops it. */
  readonly signal?: AbortSignal;
}

/** Result of {@link demonstrateDatagrams}. */
export interface DatagramFindings {
  /** Payloads that were sent. */
  readonly sent: readonly string[];
  /** Payloads of the replies. */
  readonly echoed: readonly string[];
  /** Whether sending a datagram failed that nothing listens for. */
  readonly noticed: boolean;
  /** Error of the client when it waited for a reply to that. */
  readonly told?: string;
}

/**
 * Runs an echo server and a client on loopback: two datagrams and their replies, then the server stops and one is sent to a port
 * on which nothing listens.
 *
 * Requires the net permission and `--unstable-net`.
 */
export async function demonstrateDatagrams(options: DatagramDemonstration): Promise<DatagramFindings> {
  const { listening, leaving, crossed, signal } = options;
  const sent = ["are you there?", "grüße aus dem Süden"];
  const echoed: string[] = [];
  const server = await echoDatagrams("127.0.0.1:0", { signal });
  const address = server.addr;
  try {
    listening(server.address);
    for (const one of sent) {
      await sendDatagrams(address, {
        payloads: [one],
        wait: 5000,
        signal,
        onDatagram(event) {
          if (event.event === "received") echoed.push(event.text);
          crossed(event.event === "received" ? "server" : "client", event.text);
        },
      });
    }
  } finally {
    await server.shutdown();
  }
  leaving();
  const lost = {
    payloads: ["anybody?"],
    signal,
    onDatagram: (event: DatagramEvent) => crossed("client", event.text),
  };
  const { failed } = await sendDatagrams(address, lost);
  const told = await sendDatagrams(address, { ...lost, wait: 200 }).then(() => undefined, (error: unknown) => {
    if (error instanceof TimeoutError) return error.message;
    throw error;
  });
  return { sent, echoed, noticed: failed > 0, told };
}
