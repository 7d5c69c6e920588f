import { assertEquals } from "@std/assert";
import { countedNetwork, maskHost } from "../../../../lib/chat/server/client/peer_host.ts";

/** Addresses of clients from connections and proxies, the host in masks, and the counted network. */
const PEERS: readonly (readonly [peer: string, host: string, network: string])[] = [
  ["192.0.2.7:80", "192.0.2.7", "192.0.2.7"],
  ["192.0.2.7", "192.0.2.7", "192.0.2.7"],
  ["[2001:db8::7]:80", "2001:db8::7", "2001:db8::/64"],
  ["2001:db8::7", "2001:db8::7", "2001:db8::/64"],
  ["127.0.0.1:5", "127.0.0.1", ""],
  ["[::1]:5", "0::1", ""],
  ["::1", "0::1", ""],
  ["unix:/tmp/s", "localhost", ""],
];

Deno.test("maskHost, countedNetwork: address with and without a port", () => {
  for (const [peer, host, network] of PEERS) {
    assertEquals([maskHost(peer), countedNetwork(peer)], [host, network], peer);
  }
});
