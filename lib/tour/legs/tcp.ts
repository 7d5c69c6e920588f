import type { Tour } from "../leg.ts";
import { demonstrate } from "../demonstrate/tcp.ts";

/** Leg of `toucan tour` for `tcp`. */
export const tour: Tour = {
  title: "a connection, and the ends of both directions",
  layer: "transport: TCP",
  async walk(stage) {
    stage.say("A server listens, a client connects. Each sends a line, then closes its sending side (FIN).");
    stage.command("tcp listen 9000              (one terminal)");
    stage.command("tcp connect localhost:9000   (another)");
    const [client, server] = await demonstrate({
      did: (who, what) => stage.say(`${who} ${what}`),
      said: (who, what) => stage.wire(who, who === "client" ? "server" : "client", what),
      signal: stage.signal,
    });
    stage.check(client.bytesOut === server.bytesIn && client.bytesIn === server.bytesOut, "every byte has arrived");
    stage.check(
      server.bytesOut > 0 && client.ended === "done",
      "the answer came after the client's FIN: half-close works",
    );
  },
};
