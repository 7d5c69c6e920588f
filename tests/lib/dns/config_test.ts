import { assertEquals } from "@std/assert";
import { candidates, parseResolverConfig, readResolverConfig, reverseName } from "../../../lib/dns/internal.ts";

const NOTHING = {
  servers: ["127.0.0.1"],
  search: [] as readonly string[],
  ndots: 1,
  wait: 5000,
  attempts: 2,
  tcp: false,
  rotate: false,
  noAAAA: false,
};

/** Texts, and what the C library makes of them: `tests/interop/getent_test.ts` has its word for it. */
const FILES: readonly (readonly [what: string, text: string, wanted: Partial<typeof NOTHING>])[] = [
  ["nothing", "", {}],
  [
    "servers, three at most",
    "nameserver 192.0.2.1\nnameserver\t2001:db8::1\nnameserver fe80::1%eth0\nnameserver 9.9.9.9\n",
    { servers: ["192.0.2.1", "2001:db8::1", "fe80::1%eth0"] },
  ],
  [
    "servers in other forms of inet_aton",
    "nameserver 127.1\nnameserver 0x7f000002\nnameserver ::ffff:192.0.2.1\n",
    { servers: ["127.0.0.1", "127.0.0.2", "192.0.2.1"] },
  ],
  ["a server in octal, and one of a number", "nameserver 0177.0.0.1\nnameserver 3221225985\n", {
    servers: ["127.0.0.1", "192.0.2.1"],
  }],
  [
    "servers that are none",
    "nameserver 1.2.3.256\nnameserver 08.1\nnameserver 192.0.2.1:53\nnameserver [::1]\nnameserver 1.2.3.4.5\nnameserver 256.1\n",
    {},
  ],
  [
    "what has no meaning",
    "nameserver\nnameserver x\noptions\nsortlist 1\n\0\nsearch\nnameservers 192.0.2.1\nSEARCH a.test\nsearch:a.test\n",
    {},
  ],
  ["options without a number are 0", "options ndots:x attempts: timeout:\n", { ndots: 0, attempts: 1, wait: 1000 }],
  ["a blank before the keyword", " nameserver 192.0.2.1\n\tsearch a.test\n", {}],
  [
    "a comment is a line of its own",
    "#nameserver 192.0.2.3\n;search b.test\nnameserver 192.0.2.1 # main\nsearch a.test #b\n",
    {
      servers: ["192.0.2.1"],
      search: ["a.test", "#b"],
    },
  ],
  ["a comment at once behind the address", "nameserver 192.0.2.1#53\nnameserver 192.0.2.2;main\n", {}],
  ["line ends of Windows", "nameserver 192.0.2.1\r\nsearch a.test\r\noptions ndots:3\r\n", {
    search: ["a.test\r"],
    ndots: 3,
  }],
  ["a NUL ends a line", "nameserver 192.0.2.1\0\nsearch a.test\0 b.test\n", {
    servers: ["192.0.2.1"],
    search: ["a.test"],
  }],
  ["a byte order mark", "\ufeffnameserver 192.0.2.1\n", {}],
  ["the last of domain and search", "domain a.test\nsearch b.test c.test\n", { search: ["b.test", "c.test"] }],
  ["a domain is one word", "search a.test\ndomain b.test c.test\n", { search: ["b.test"] }],
  ["an empty search changes nothing", "search a.test\nsearch \ndomain\n", { search: ["a.test"] }],
  ["options", "options ndots:3 timeout:2\noptions attempts:4 use-vc edns0 rotate no-aaaa\n", {
    ndots: 3,
    wait: 2000,
    attempts: 4,
    tcp: true,
    rotate: true,
    noAAAA: true,
  }],
  ["the last of an option, in lower case", "options ndots:3 ndots:2 USE-VC Rotate\n", { ndots: 2 }],
  ["options beyond what the C library takes", "options ndots:99 timeout:99 attempts:99", {
    ndots: 15,
    wait: 30_000,
    attempts: 5,
  }],
  ["options below what has a meaning", "options ndots:-1 timeout:0 attempts:0", { ndots: 0, wait: 1000, attempts: 1 }],
];

for (const [what, text, wanted] of FILES) {
  Deno.test(`resolv.conf: ${what}`, () => {
    const config = parseResolverConfig(text);
    assertEquals({ ...config, servers: config.servers.map(({ host }) => host) }, { ...NOTHING, ...wanted });
  });
}

Deno.test("resolv.conf: variables replace the search list and add options", () => {
  const text = "search a.test\noptions ndots:3 attempts:4\n";
  const { search, ndots, attempts } = parseResolverConfig(text, { localDomain: "b.test\tc.test", options: "ndots:2" });
  assertEquals([search, ndots, attempts], [["b.test", "c.test"], 2, 4]);
  assertEquals(parseResolverConfig(text, { localDomain: "" }).search, []);
});

Deno.test("readResolverConfig: a missing file equals an empty one, a huge one is read", async () => {
  assertEquals(await readResolverConfig("/no/such/file"), parseResolverConfig(""));
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, `#${"x".repeat(3_000_000)}\n${"# y\n".repeat(100_000)}nameserver 192.0.2.1`);
    assertEquals((await readResolverConfig(file))?.servers.map(({ host }) => host), ["192.0.2.1"]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("search list: domains that are invalid, or make a name too long, are skipped", () => {
  const names = (name: string, search: string[]) => candidates(name, { search, ndots: 1 }).map(({ name }) => name);
  assertEquals(names("a", ["", "b..c", "ok.test"]), ["a.ok.test.", "a."]);
  const long = `${"x".repeat(60)}.`.repeat(4);
  assertEquals(names("abcdefghijk", [long]), ["abcdefghijk."]);
});

Deno.test("search list: the root means the name as given, a dot before a domain is ignored", () => {
  const names = (name: string, search: string[]) => candidates(name, { search, ndots: 1 }).map(({ name }) => name);
  assertEquals(names("a", ["b.test", ".", "c.test"]), ["a.b.test.", "a.", "a.c.test."]);
  assertEquals(names("a.b", [".", "c.test"]), ["a.b.", "a.b.c.test."]);
  assertEquals(names("a", [".b.test"]), ["a.b.test.", "a."]);
});

Deno.test("reverseName: addresses of both families", () => {
  assertEquals(reverseName("192.0.2.7"), "7.2.0.192.in-addr.arpa.");
  const zeros = "0.".repeat(24);
  assertEquals(reverseName("2001:db8::1"), `1.${zeros.slice(2)}8.b.d.0.1.0.0.2.ip6.arpa.`);
  assertEquals(reverseName("fe80::1%eth0"), reverseName("fe80::1"));
  assertEquals(reverseName("example.com"), undefined);
});
