import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { Fields, HostNames, TrustedProxies } from "../../../lib/http/internal.ts";

const DIRECT = { peer: "10.0.0.1:4000", secure: false };
const TRUST = ["10.0.0.0/8", "2001:db8::/32"];

/** Fields of proxies, and the client, scheme, authority and prefix that they name. */
const CASES: Readonly<
  Record<string, readonly [fields: Record<string, string>, ...expected: (string | boolean | undefined)[]]>
> = {
  "no fields": [{}, "10.0.0.1:4000", false],
  "nginx": [
    { "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "files.example" },
    "192.0.2.7",
    true,
    "files.example",
  ],
  "what the client has written itself": [{ "X-Forwarded-For": "1.1.1.1, 192.0.2.7" }, "192.0.2.7", false],
  "a chain of proxies": [{ "X-Forwarded-For": "192.0.2.7, 10.0.0.2, 10.0.0.3" }, "192.0.2.7", false],
  "proxies only": [{ "X-Forwarded-For": "10.0.0.9, 10.0.0.2" }, "10.0.0.9", false],
  "IPv6 with a port": [{ "X-Forwarded-For": "[2001:db9::7]:4711" }, "2001:db9::7", false],
  "an address with a port": [{ "X-Forwarded-For": "192.0.2.7:4711" }, "192.0.2.7", false],
  "nonsense": [{ "X-Forwarded-For": "unknown, <script>" }, "10.0.0.1:4000", false],
  "nonsense before an address": [{ "X-Forwarded-For": "x, 192.0.2.7" }, "192.0.2.7", false],
  "Forwarded": [
    { Forwarded: 'for=192.0.2.7;proto=https;host="files.example:8443"' },
    "192.0.2.7",
    true,
    "files.example:8443",
  ],
  "Forwarded with IPv6": [{ Forwarded: 'For="[2001:db9::7]:4711"' }, "2001:db9::7", false],
  "Forwarded, a chain": [
    { Forwarded: "for=1.1.1.1;host=a, for=192.0.2.7;host=b, for=10.0.0.2;host=c" },
    "192.0.2.7",
    false,
    "b",
  ],
  "Forwarded, a hidden client": [{ Forwarded: "for=_hidden;proto=https" }, "10.0.0.1:4000", true],
  "Forwarded, cut": [{ Forwarded: 'for="192.0.2.7' }, "10.0.0.1:4000", false],
  "both, and the same": [{ "X-Forwarded-For": "192.0.2.7", Forwarded: "for=192.0.2.7;proto=https" }, "192.0.2.7", true],
  "both, and different": [
    { "X-Forwarded-For": "192.0.2.7", Forwarded: "for=192.0.2.8;proto=https" },
    "10.0.0.1:4000",
    false,
  ],
  "a host that is none": [{ "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "a/b" }, "192.0.2.7", false],
  "a prefix": [
    { "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Prefix": "/files/" },
    "192.0.2.7",
    false,
    undefined,
    "/files",
  ],
  "a prefix that is a URL": [
    { "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Prefix": "//evil.example" },
    "192.0.2.7",
    false,
  ],
};

for (const [what, [fields, peer, secure, authority, prefix]] of Object.entries(CASES)) {
  Deno.test(`trusted proxies: ${what}`, () => {
    const seen = new TrustedProxies(TRUST).arrival(new Fields(fields), DIRECT);
    assertEquals([seen.peer, seen.secure, seen.authority, seen.prefix], [peer, secure, authority, prefix]);
  });
}

Deno.test("trusted proxies: fields of any other client do not count", () => {
  const fields = new Fields({ "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "x", Forwarded: "for=192.0.2.7" });
  for (const peer of ["192.0.2.1:1", "11.0.0.1:1", "[2001:db9::1]:1", "unix:/run/x"]) {
    const direct = { peer, secure: false };
    assertEquals(new TrustedProxies(TRUST).arrival(fields, direct), direct);
  }
  const [first] = [new TrustedProxies(["loopback"])];
  for (const peer of ["127.0.0.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "unix:/run/x"]) {
    assertEquals(first.arrival(fields, { peer, secure: false }).peer, "192.0.2.7", peer);
  }
});

Deno.test("trusted proxies: what is not a network is refused", () => {
  for (const bad of ["", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0", "::/129", "*"]) {
    assertEquals(assertThrows(() => new TrustedProxies([bad]), UsageError).code, "invalid-network", bad);
  }
});

/** Patterns, hosts that they allow, and hosts that they do not. */
const HOSTS: readonly (readonly [patterns: readonly string[], good: readonly string[], bad: readonly string[]])[] = [
  [[], ["", "localhost", "LOCALHOST:80", "a.localhost", "127.0.0.1:8000", "[::1]:80", "192.0.2.7"], [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "a:b:c",
    "[x]",
    "a/b",
  ]],
  [["files.example"], ["files.example", "FILES.example:8000", "files.example."], [
    "x.files.example",
    "xfiles.example",
    "example",
  ]],
  [["*.example.com"], ["a.example.com", "a.b.example.com:1"], [
    "example.com",
    "aexample.com",
    "example.com.evil.example",
  ]],
  [[".example.com"], ["example.com", "a.example.com"], ["aexample.com"]],
  [["files.example:8443"], ["files.example:8443"], ["files.example", "files.example:80"]],
  [["bücher.example"], ["xn--bcher-kva.example"], ["bucher.example"]],
  [["*"], ["anything.example", "x:1"], []],
];

for (const [patterns, good, bad] of HOSTS) {
  Deno.test(`host names: ${patterns.join(" ") || "none"}`, () => {
    const names = new HostNames(patterns);
    for (const host of good) assertEquals(names.allows(host), true, host);
    for (const host of bad) assertEquals(names.allows(host), false, host);
  });
}

Deno.test("host names: what is not a name is refused", () => {
  for (const bad of ["", ".", "*.", "a/b", "http://a", "a b", "a:b"]) {
    assertEquals(assertThrows(() => new HostNames([bad]), UsageError).code, "invalid-host-name", bad);
  }
});
