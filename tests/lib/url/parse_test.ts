import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InvalidUrlError, maskPassword, parseUrl, type Rules, takeApart } from "../../../lib/url/mod.ts";

Deno.test("takeApart: the fields of a record and their order", () => {
  assertEquals(takeApart(parseUrl("HTTP://Joe:pw@www.blogpost.com:80/a%2Fb/?x=%3d&y=a+b#"), "in"), {
    input: "in",
    url: "HTTP://Joe:pw@www.blogpost.com:80/a%2Fb/?x=%3d&y=a+b#",
    href: "http://Joe:pw@www.blogpost.com/a%2Fb/?x=%3d&y=a+b#",
    scheme: "http",
    user: "Joe",
    password: "pw",
    host: "www.blogpost.com",
    port: 80,
    portGiven: true,
    netloc: "Joe:pw@www.blogpost.com:80",
    path: "/a%2Fb/",
    segments: ["a/b", ""],
    query: "x=%3d&y=a+b",
    params: [["x", "="], ["y", "a b"]],
    fragment: "",
    origin: "http://www.blogpost.com",
  });
});

const parts: readonly (readonly [text: string, expected: Partial<ReturnType<typeof takeApart>>, rules?: Rules])[] = [
  ["mailto:a@b.example?subject=x", { scheme: "mailto", host: null, port: null, path: "a@b.example", origin: "null" }],
  ["urn:isbn:123", { scheme: "urn", path: "isbn:123", netloc: null, segments: ["isbn:123"] }],
  ["git@github.com:a/b.git", {
    scheme: "ssh",
    user: "git",
    host: "github.com",
    port: 22,
    portGiven: false,
    path: "a/b.git",
    href: "git@github.com:a/b.git",
    segments: ["a", "b.git"],
  }],
  ["git@[::1]:a", { host: "[::1]", path: "a" }],
  ["ssh://git@GitHub.com/a", { scheme: "ssh", host: "GitHub.com", port: 22, href: "ssh://git@GitHub.com/a" }],
  ["ssh://git@GitHub.com/a", { host: "github.com", href: "ssh://git@github.com/a" }, "rfc3986"],
  ["http://h:/", { port: 80, portGiven: false, netloc: "h:" }],
  ["http://h", { path: "", segments: [], href: "http://h/" }],
  ["http://@h/", { user: "", password: null }],
  ["http:\\\\h\\a\\b", { host: "h", path: "\\a\\b", segments: ["a", "b"], href: "http://h/a/b" }],
  ["  http://h/\ta\n?b ", { url: "  http://h/\ta\n?b ", path: "/a", query: "b" }],
  ["http://h/%ff%c3%a9%2", { segments: ["%ffé%2"] }],
  ["http://h/?a&&b==c&=d", { params: [["a", ""], ["b", "=c"], ["", "d"]] }],
  ["blob:https://h:8/x", { origin: "https://h:8", host: null }],
  ["http://0x7f.1/", { host: "127.0.0.1", netloc: "0x7f.1" }],
  ["http://0x7f.1/", { host: "0x7f.1" }, "rfc3986"],
  ["foo://\u212a/", { host: "%E2%84%AA" }],
  ["http://\u212a/", { host: "k" }],
  ["http://h/.a/..b/c%2", { href: "http://h/.a/..b/c%2" }],
  ["http://h/a/%2E/.%2e/b/.", { href: "http://h/b/" }],
  ["../a?b#c", { scheme: null, host: null, path: "../a", origin: "null" }, "rfc3986"],
  ["//H:8/a", { scheme: null, host: "h", port: 8, href: "//h:8/a" }, "rfc3986"],
  ["http://h:99999/", { port: 99999 }, "rfc3986"],
  ["HTTP://a%7e@Ex%41mple.com:80/%7Ea/./b/../%c3?%3d#%7e", {
    href: "http://a~@example.com/~a/%C3?%3D#~",
    origin: "http://example.com",
  }, "rfc3986"],
];

Deno.test("parseUrl: the parts of a URL under both rules", () => {
  for (const [text, expected, rules] of parts) {
    const found = Object.entries(takeApart(parseUrl(text, { rules }), ""));
    assertEquals(Object.fromEntries(found.filter(([name]) => name in expected)), expected, text);
  }
});

const places: readonly (readonly [text: string, offset: number, rules?: Rules])[] = [
  ["", 0],
  ["foo", 3],
  ["/a", 0],
  ["1http://h", 0],
  ["ht tp://h", 2],
  ["http://", 7],
  ["http://u@/", 9],
  ["http://h:8x/", 10],
  ["http://h:65536/", 9],
  ["http://a b/", 8],
  ["http://u:p@a<b/", 12],
  [" \thttp://h:x", 11],
  ["ht\ntp://h:x", 10],
  ["http://[::1/", 7],
  ["http://1.2.3.256/", 7],
  ["foo://a b", 7],
  ["http://h/a b", 10, "rfc3986"],
  ["http://h/%zz", 9, "rfc3986"],
  ["http://h/?a|b", 11, "rfc3986"],
  ["http://h/#a#b", 11, "rfc3986"],
  ["http://a@b@c", 8, "rfc3986"],
  ["http://h/é", 9, "rfc3986"],
  ["http://h/a😀b", 10, "rfc3986"],
  ["http://[::1]x/", 7, "rfc3986"],
  ["1:b@c", 0, "rfc3986"],
];

Deno.test("parseUrl: an error has the offset of the fault", () => {
  for (const [text, offset, rules] of places) {
    const error = assertThrows(() => parseUrl(text, { rules }), InvalidUrlError);
    assertEquals([error.code, error.offset, error.input], ["invalid-url", offset, text], text);
  }
});

// RFC 3986 §5.4, against http://a/b/c/d;p?q
const references: readonly (readonly [reference: string, result: string])[] = [
  ["g:h", "g:h"],
  ["g", "http://a/b/c/g"],
  ["./g", "http://a/b/c/g"],
  ["g/", "http://a/b/c/g/"],
  ["/g", "http://a/g"],
  ["//g", "http://g"],
  ["?y", "http://a/b/c/d;p?y"],
  ["g?y", "http://a/b/c/g?y"],
  ["#s", "http://a/b/c/d;p?q#s"],
  ["g#s", "http://a/b/c/g#s"],
  ["g?y#s", "http://a/b/c/g?y#s"],
  [";x", "http://a/b/c/;x"],
  ["g;x", "http://a/b/c/g;x"],
  ["g;x?y#s", "http://a/b/c/g;x?y#s"],
  ["", "http://a/b/c/d;p?q"],
  [".", "http://a/b/c/"],
  ["./", "http://a/b/c/"],
  ["..", "http://a/b/"],
  ["../", "http://a/b/"],
  ["../g", "http://a/b/g"],
  ["../..", "http://a/"],
  ["../../", "http://a/"],
  ["../../g", "http://a/g"],
  ["../../../g", "http://a/g"],
  ["../../../../g", "http://a/g"],
  ["/./g", "http://a/g"],
  ["/../g", "http://a/g"],
  ["g.", "http://a/b/c/g."],
  [".g", "http://a/b/c/.g"],
  ["g..", "http://a/b/c/g.."],
  ["..g", "http://a/b/c/..g"],
  ["./../g", "http://a/b/g"],
  ["./g/.", "http://a/b/c/g/"],
  ["g/./h", "http://a/b/c/g/h"],
  ["g/../h", "http://a/b/c/h"],
  ["g;x=1/./y", "http://a/b/c/g;x=1/y"],
  ["g;x=1/../y", "http://a/b/c/y"],
  ["g?y/./x", "http://a/b/c/g?y/./x"],
  ["g?y/../x", "http://a/b/c/g?y/../x"],
  ["g#s/./x", "http://a/b/c/g#s/./x"],
  ["g#s/../x", "http://a/b/c/g#s/../x"],
];

Deno.test("Url.resolve: the references of RFC 3986 §5.4, under both rules", () => {
  for (const rules of ["rfc3986", "whatwg"] as const) {
    const base = parseUrl("http://a/b/c/d;p?q", { rules });
    for (const [reference, result] of references) {
      assertEquals(parseUrl(reference, { rules, base }).text, result, `${reference} by ${rules}`);
    }
  }
  const base = parseUrl("http://a/b/c/d;p?q", { rules: "rfc3986" });
  assertEquals(parseUrl("http:g", { rules: "rfc3986", base }).text, "http:g");
  assertEquals(parseUrl("http:g", { base: parseUrl("http://a/b/c/d;p?q") }).text, "http://a/b/c/g");
});

Deno.test("Url.resolve: preserves the bytes of base and reference", () => {
  const cases: readonly (readonly [base: string, reference: string, result: string])[] = [
    ["HTTP://U@Example.COM:80/%7e/x?q", "y?%3d#", "HTTP://U@Example.COM:80/%7e/y?%3d#"],
    ["HTTP://Example.COM", "\\a\\b", "HTTP://Example.COM/a/b"],
    ["http://h/a", "HTTPS://Other:443/%3d", "HTTPS://Other:443/%3d"],
    ["file:///C:/a/b", "..\\..\\..\\c", "file:///C:/c"],
    ["mailto:a@b?x", "#f", "mailto:a@b?x#f"],
    ["foo://h/a", "/.//p", "foo://h//p"],
  ];
  for (const [base, reference, result] of cases) {
    assertEquals(parseUrl(reference, { base: parseUrl(base) }).text, result, `${reference} from ${base}`);
  }
  assertThrows(() => parseUrl("x", { base: parseUrl("mailto:a") }), InvalidUrlError, "relative");
  assertThrows(() => parseUrl("x", { base: parseUrl("git@h:p") }), InvalidUrlError, "git address");
});

Deno.test("Url.text is the text as given, and the normal form is stable", () => {
  const odd = fc.stringMatching(/^(https?|FILE|foo|mailto|[a-z]):[/\\]{0,3}[a-z0-9@:.[\]%?#&= \t\r\n|^é-]{0,20}$/);
  fc.assert(
    fc.property(odd, fc.constantFrom<Rules>("whatwg", "rfc3986"), (text, rules) => {
      let url;
      try {
        url = parseUrl(text, { rules });
      } catch (error) {
        if (!(error instanceof InvalidUrlError)) throw error;
        return assertEquals(error.offset >= 0 && error.offset <= text.length, true);
      }
      assertEquals(url.text, text);
      if (!url.scp) assertEquals(parseUrl(url.href, { rules }).href, url.href, text);
    }),
    { seed: 7, numRuns: 20_000 },
  );
});

Deno.test("maskPassword: masks the password", () => {
  const url = parseUrl("http://u:s%20cret@h/");
  const record = maskPassword(url, "in");
  assertEquals([record.password, record.url], ["***", url.text]);
  const shown = maskPassword(url, "in", { everywhere: true });
  assertEquals(JSON.stringify(shown).includes("cret"), false);
  assertEquals(maskPassword(parseUrl("http://u@h/"), "").password, null);
});

Deno.test("showUrl, showPart: encoded, decoded, and hosts in either script", () => {
  const shown = (text: string, options: Parameters<typeof takeApart>[2]) => {
    const { url, path, segments, params, host } = takeApart(parseUrl(text), "", options);
    return { url, path, segments, params, host };
  };
  const text = "http://bücher.example/a b/%2E%2e%2f%41é%0a?q=%41 b&r=%c3%a9";
  assertEquals(shown(text, { as: "encoded" }), {
    url: "http://xn--bcher-kva.example/a%20b/%2E%2e%2f%41%C3%A9%0a?q=%41%20b&r=%c3%a9",
    path: "/a%20b/%2E%2e%2f%41%C3%A9%0a",
    segments: ["a%20b", "%2E%2e%2f%41%C3%A9%0a"],
    params: [["q", "%41%20b"], ["r", "%c3%a9"]],
    host: "xn--bcher-kva.example",
  });
  assertEquals(shown(text, { as: "decoded", idn: "unicode" }), {
    url: "http://bücher.example/a b/%2E%2e%2fAé%0a?q=A b&r=é",
    path: "/a b/../Aé\n",
    segments: ["a b", "../Aé\n"],
    params: [["q", "A b"], ["r", "é"]],
    host: "bücher.example",
  });
  assertEquals(shown(text, { idn: "ascii" }).url, text.replace("bücher", "xn--bcher-kva"));
  assertEquals(shown("http://XN--bcher-kva.example:80/", { idn: "unicode" }).url, "http://bücher.example:80/");
  assertEquals(shown("http://b%C3%BCcher.example/", { idn: "ascii" }).url, "http://xn--bcher-kva.example/");
  assertEquals(shown("http://EXAMPLE.com/", { idn: "unicode" }).url, "http://EXAMPLE.com/");
  assertEquals(shown("git@bücher.example:a", { idn: "ascii" }).url, "git@xn--bcher-kva.example:a");
  assertEquals(shown("http://[::1]/", { idn: "ascii" }).url, "http://[::1]/");
});
