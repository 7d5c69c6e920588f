import { assertEquals, assertThrows } from "@std/assert";
import {
  compareUrl,
  comparisonRows,
  type Differing,
  InvalidUrlError,
  matchesPattern,
  pythonSplit,
  refusals,
} from "../../../lib/url/internal.ts";

const agreed = [
  "http://example.com",
  "https://user:pw@example.com:8443/a/b?q=1#f",
  "HTTP://EXAMPLE.com:80/%7euser/",
  "http://[2001:DB8:0::1]:8/x",
  "mailto:me@example.com",
  "urn:isbn:1",
  "file:///etc/passwd",
  "ssh://git@example.com/a.git",
  "http://192.0.2.7/",
  "ftp://example.com/a;type=i",
  "http://h?@evil/",
];

Deno.test("compareUrl: URLs that all parsers read alike", () => {
  for (const text of agreed) assertEquals(compareUrl(text).differ, [], text);
});

/** Of each parser the host, or null when it refuses. */
const disagreed: readonly (readonly [
  text: string,
  whatwg: string | null | undefined,
  rfc: string | null | undefined,
  python: string | null | undefined,
])[] = [
  ["http://a@b@c", "c", undefined, "c"],
  ["http://good.example\\@evil.example/", "good.example", undefined, "evil.example"],
  ["http://good.example\\.evil.example/", "good.example", undefined, "good.example\\.evil.example"],
  ["http://1.1.1.1 &@2.2.2.2# @3.3.3.3/", "2.2.2.2", undefined, "2.2.2.2"],
  ["http:/x/y", "x", null, null],
  ["http:x", "x", null, null],
  ["http:///x", "x", null, null],
  ["//x/y", undefined, "x", "x"],
  ["http://0x7f.1/", "127.0.0.1", "0x7f.1", "0x7f.1"],
  ["http://2130706433/", "127.0.0.1", "2130706433", "2130706433"],
  ["http://017700000001/", "127.0.0.1", "017700000001", "017700000001"],
  ["http://ex%61mple.com/", "example.com", "example.com", "ex%61mple.com"],
  ["http://bücher.example\\a/", "xn--bcher-kva.example", undefined, "bücher.example\\a"],
  ["http://①.example/", "1.example", undefined, "①.example"],
  ["http://[::1%25eth0]/", undefined, undefined, "[::1%25eth0]"],
  ["http://[::1]%/", undefined, undefined, undefined],
  ["http://h:99999/", undefined, "h", "h"],
  ["http://h:x/", undefined, undefined, "h"],
  ["http://h/a\tb", "h", undefined, "h"],
  ["ht\ntp://h/", "h", undefined, "h"],
  [" http://h/", "h", undefined, "h"],
  ["http://h\t.evil/", "h.evil", undefined, "h.evil"],
  ["http://h/a b", "h", undefined, "h"],
  ["http://h/../a", "h", "h", "h"],
  ["http://h/%2e%2e/a", "h", "h", "h"],
  ["git@github.com:a/b", undefined, undefined, null],
  ["http://u:80@h:81@x:82/", "x", undefined, "x"],
  ["foo", undefined, null, null],
];

/** URLs that parsers only write in other forms, and the parts; `validity` where RFC 3986 wants characters encoded. */
const formed: readonly (readonly [text: string, ...forms: readonly Differing[]])[] = [
  ["http://h/?tags[]=a", "validity"],
  ["http://h/ü", "validity", "path"],
  ["http://h/?q=ü#日本", "validity"],
  ["http://h/a|b^c`{}", "validity", "path"],
  ["http://bücher.example/", "validity", "host"],
  ["http://BÜCHER.example:8080/ü?a[]=1", "validity", "host", "path"],
  ["http://faß.example/", "validity", "host"],
  ["file://localhost/x", "host"],
  ["foo://H/", "host"],
];

Deno.test("compareUrl: other forms of the same meaning agree", () => {
  for (const [text, ...forms] of formed) {
    const { agree, differ, forms: found } = compareUrl(text);
    assertEquals({ agree, differ, forms: found }, { agree: true, differ: [], forms }, text);
  }
});

Deno.test("compareUrl: if only the port raises, Python still has a host", () => {
  const { python, differ } = compareUrl("http://h:99999/");
  assertEquals(python, {
    scheme: "http",
    host: "h",
    port: null,
    path: "/",
    portError: "ValueError: Port out of range 0-65535",
  });
  assertEquals(differ, ["validity", "port"]);
});

Deno.test("compareUrl: URLs that are read differently, and the host of each parser", () => {
  for (const [text, ...hosts] of disagreed) {
    if (hosts.every((host) => host === undefined)) {
      const error = assertThrows(() => compareUrl(text), InvalidUrlError);
      assertEquals(error.code, "invalid-url");
      continue;
    }
    const found = compareUrl(text);
    const seen = [found.whatwg, found.rfc3986, found.python].map((one) => "error" in one ? undefined : one.host);
    assertEquals(seen, hosts, text);
    assertEquals(found.agree, false, text);
    assertEquals(found.differ.includes("validity"), hosts.includes(undefined), text);
    const raised = "error" in found.python || found.python.portError === undefined ? 0 : 1;
    assertEquals(refusals(found).length, hosts.filter((host) => host === undefined).length + raised);
    assertEquals(comparisonRows(found).map(({ cells }) => cells.length), [4, 4, 4, 4, 4]);
  }
});

Deno.test("compareUrl: dot segments of paths, and the empty path", () => {
  assertEquals(compareUrl("http://h/public/../secret").differ, ["path"]);
  assertEquals(compareUrl("http://h/public/%2e%2e/secret").differ, ["path"]);
  assertEquals(compareUrl("http://h?q").differ, []);
});

Deno.test("pythonSplit: raises the errors of Python", () => {
  assertThrows(() => pythonSplit("http://[::1/"), Error, "Invalid IPv6 URL");
  assertThrows(() => pythonSplit("http://[1.2.3.4]/"), Error, "An IPv4 address cannot be in brackets");
  assertThrows(() => pythonSplit("http://h℀/"), Error, "NFKC");
  assertEquals(pythonSplit("http://h:x/").portError, "Port could not be cast to integer value as 'x'");
  assertEquals(pythonSplit("http://h:65536/").portError, "Port out of range 0-65535");
});

Deno.test("matchesPattern: wildcards, also hostile ones", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["utm_*", "utm_source", true],
    ["utm_*", "xutm_", false],
    ["*", "", true],
    ["?", "", false],
    ["a?c", "abc", true],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["a.c", "abc", false],
    ["**", "x", true],
    ["", "", true],
    ["*a", "aaa", true],
    ["*".repeat(50) + "b", "a".repeat(5000), false],
  ];
  for (const [pattern, text, holds] of cases) assertEquals(matchesPattern(pattern, text), holds, `${pattern} ${text}`);
});
