import { TimeoutError } from "../../core/mod.ts";
import { echoDatagrams } from "../../udp/server/echo.ts";
import type { DatagramEvent } from "../../udp/events/event.ts";
import { sendDatagrams } from "../../udp/client/send.ts";

/** What {@link demonstrateDatagrams} tells while it goes. */
export interface DatagramDemonstration {
  /** Called with the address of the echo. */
  readonly listening: (address: string) => void;
  /** Called before the echo stops. */
  readonly leaving: () => void;
  /** Called with each datagram that crossed, from the client's or the server's side. */
  readonly crossed: (from: "client" | "server", text: string) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** What {@link demonstrateDatagrams} found. */
export interface DatagramFindings {
  /** What was sent, and what came back. */
  readonly sent: readonly string[];
  /** What came back. */
  readonly echoed: readonly string[];
  /** Whether handing over a datagram that nobody listens for failed. */
  readonly noticed: boolean;
  /** What the client was told when it waited for a reply to that. */
  readonly told?: string;
}

/**
 * An echo server and a client on loopback: two datagrams there and back, then the server stops and one is sent into the
 * void.
 *
 * Needs the net permission and `--unstable-net`.
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
