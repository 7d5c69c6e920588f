import { assertEquals, assertThrows } from "@std/assert";
import { isNetwork, NetworkList } from "../../../lib/core/address/network_list.ts";
import { UsageError } from "../../../lib/core/mod.ts";

const MEMBERS: readonly [networks: string[], inside: string[], outside: string[]][] = [
  [[], [], ["127.0.0.1", "::1"]],
  [["192.0.2.0/24"], ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.7"], ["192.0.3.0", "2001:db8::1", "", "x"]],
  [["192.0.2.7"], ["192.0.2.7"], ["192.0.2.6"]],
  [["2001:db8::/33"], ["2001:db8:7fff::1"], ["2001:db8:8000::1", "32.1.13.184"]],
  [["fe80::/10"], ["fe80::1%eth0", "febf::1"], ["fec0::1"]],
  [["loopback"], ["127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"], ["10.0.0.1", "::2"]],
  [["private"], ["10.1.2.3", "172.31.0.1", "192.168.1.1", "fd00::1", "127.0.0.1"], ["172.32.0.1", "192.0.2.1"]],
  [["0.0.0.0/0", "::/0"], ["192.0.2.1", "2001:db8::1"], ["", "host.test"]],
];

for (const [networks, inside, outside] of MEMBERS) {
  Deno.test(`NetworkList(${networks.join(" ")}) has its addresses, and no others`, () => {
    const list = new NetworkList(networks);
    // Twice: the second verdict is the one that was kept.
    for (let round = 0; round < 2; round++) {
      assertEquals(inside.filter((address) => !list.has(address)), []);
      assertEquals(outside.filter((address) => list.has(address)), []);
    }
  });
}

Deno.test("NetworkList rejects what is not a network", () => {
  for (const text of ["", "x", "10.0.0.0/33", "10.0.0/8", "::/129", "Loopback", "constructor", "10.0.0.0/"]) {
    assertEquals(isNetwork(text), false, text);
    assertEquals(assertThrows(() => new NetworkList([text]), UsageError).code, "invalid-network");
  }
});

Deno.test("NetworkList keeps a bounded number of verdicts, and stays right", () => {
  const list = new NetworkList(["10.0.0.0/9"]);
  for (let at = 0; at < 25_000; at++) {
    const second = at & 255;
    assertEquals(list.has(`10.${second}.${at >> 8}.1`), second < 128);
  }
});
