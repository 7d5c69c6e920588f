import { assertEquals } from "@std/assert";
import { candidates, parseResolverConfig, readResolverConfig, reverseName } from "../../../lib/dns/internal.ts";

const NOTHING = { servers: ["127.0.0.1"], search: [], ndots: 1, wait: 5000, attempts: 2, tcp: false };

const FILES: readonly (readonly [what: string, text: string, wanted: Partial<typeof NOTHING> | object])[] = [
  ["nothing", "", {}],
  [
    "servers, three at most",
    "nameserver 192.0.2.1\nnameserver\t2001:db8::1\nnameserver fe80::1%eth0\nnameserver 9.9.9.9\n",
    {
      servers: ["192.0.2.1", "2001:db8::1", "fe80::1%eth0"],
    },
  ],
  ["what has no sense", "nameserver\nnameserver x\noptions\noptions ndots:x attempts:\nsortlist 1\n\0\nsearch\n", {}],
  [
    "comments and line ends of Windows",
    "# nameserver 1.1.1.1\r\nnameserver 192.0.2.1 ; main\r\n;x\r\nsearch a.test\r\n",
    {
      servers: ["192.0.2.1"],
      search: ["a.test"],
    },
  ],
  ["the last of domain and search", "domain a.test\nsearch b.test c.test\n", { search: ["b.test", "c.test"] }],
  ["the root in the search list", "search . a.test\n", { search: ["a.test"] }],
  ["options", "options ndots:3 timeout:2\noptions attempts:4 use-vc edns0\n", {
    ndots: 3,
    wait: 2000,
    attempts: 4,
    tcp: true,
  }],
  ["options beyond what the C library takes", "options ndots:99 timeout:0 attempts:99", {
    ndots: 15,
    wait: 1000,
    attempts: 5,
  }],
];

for (const [what, text, wanted] of FILES) {
  Deno.test(`resolv.conf: ${what}`, () => {
    const config = parseResolverConfig(text);
    assertEquals({ ...config, servers: config.servers.map(({ host }) => host) }, { ...NOTHING, ...wanted });
  });
}

Deno.test("resolv.conf: what cannot be read is nothing", async () => {
  assertEquals(await readResolverConfig("/no/such/file"), undefined);
});

Deno.test("search list: domains that are no names, or make too long ones, add nothing", () => {
  const names = (name: string, search: string[]) => candidates(name, { search, ndots: 1 }).map(({ name }) => name);
  assertEquals(names("a", ["", "b..c", "ok.test"]), ["a.ok.test.", "a."]);
  const long = `${"x".repeat(60)}.`.repeat(4);
  assertEquals(names("abcdefghijk", [long]), ["abcdefghijk."]);
});

Deno.test("reverse names", () => {
  assertEquals(reverseName("192.0.2.7"), "7.2.0.192.in-addr.arpa.");
  const zeros = "0.".repeat(24);
  assertEquals(reverseName("2001:db8::1"), `1.${zeros.slice(2)}8.b.d.0.1.0.0.2.ip6.arpa.`);
  assertEquals(reverseName("fe80::1%eth0"), reverseName("fe80::1"));
  assertEquals(reverseName("example.com"), undefined);
});
