import { NetworkList } from "../../lib/core/mod.ts";
import { readZone, RunningServer, type ServerParts, ZoneStore } from "../../lib/dns/internal.ts";

/** A server of these zones, by their names, on a free port of 127.0.0.1; this machine may transfer them. */
export function zoneServer(
  zones: Readonly<Record<string, string>>,
  parts: Partial<ServerParts> = {},
): RunningServer & { readonly port: number } {
  const store = ZoneStore.fromZones(Object.entries(zones).map(([origin, text]) => readZone(text, { origin })));
  const server = new RunningServer({ transport: "ip", host: "127.0.0.1", port: 0 }, {
    sources: [store],
    recursive: false,
    transfers: [store],
    access: new NetworkList(["loopback"]),
    transferAccess: new NetworkList(["loopback"]),
    keys: [],
    maxConnections: 100,
    perAddress: 100,
    idleMs: 30_000,
    cacheSize: 1000,
    onError: (error) => {
      throw error;
    },
    ...parts,
  });
  return Object.assign(server, { port: server.addr.port });
}
