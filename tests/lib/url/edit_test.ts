import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../lib/core/mod.ts";
import {
  addParam,
  addSegment,
  EditError,
  InvalidUrlError,
  parseUrl,
  type Part,
  PARTS,
  REMOVABLE,
  removeParams,
  removePart,
  RULES,
  type Rules,
  setPart,
  sortParams,
  type Url,
} from "../../../lib/url/mod.ts";
import { percentDecode } from "../../../lib/url/percent.ts";
import { hostKey, READERS, readPart } from "../../../lib/url/readers.ts";

const SEED = 20260323;

const edited: readonly (readonly [text: string, part: Part, value: string, result: string, rules?: Rules])[] = [
  ["HTTP://Example.COM:80/a%3db?x=%3D#F", "port", "81", "HTTP://Example.COM:81/a%3db?x=%3D#F"],
  ["HTTP://Example.COM:80/a%3db?x=%3D#F", "port", "", "HTTP://Example.COM/a%3db?x=%3D#F"],
  ["http://h/?#", "path", "/b", "http://h/b?#"],
  ["http://h?#", "port", "1", "http://h:1?#"],
  ["http://h/?#", "query", "k=v", "http://h/?k=v#"],
  ["http://h/#", "query", "k=v#x", "http://h/?k=v%23x#"],
  ["http://h/?q", "fragment", "a b", "http://h/?q#a%20b"],
  ["http://h/?q#f", "fragment", "", "http://h/?q"],
  ["http://h/?q#f", "query", "", "http://h/#f"],
  ["http://h/", "user", "a@b:c", "http://a%40b%3Ac@h/"],
  ["http://h/", "password", "p@s", "http://:p%40s@h/"],
  ["http://u@h/", "password", "p", "http://u:p@h/"],
  ["http://u:p@h/", "user", "", "http://:p@h/"],
  ["http://u:p@h/", "password", "", "http://u@h/"],
  ["http://u@h/", "user", "", "http://h/"],
  ["http://:p@h/", "password", "", "http://h/"],
  ["HTTP://H/a", "scheme", "https", "https://H/a"],
  ["http://h/a", "path", "b", "http://h/b"],
  ["http://h/a", "path", "/x?y#z%20%zz", "http://h/x%3Fy%23z%20%25zz"],
  ["http://h/a", "path", "/x\r\nHost: y", "http://h/x%0D%0AHost:%20y"],
  ["http://h/a", "path", "/x?y#z%zz", "http://h/x%3Fy%23z%25zz", "rfc3986"],
  ["http://h", "path", "", "http://h"],
  ["foo:/a", "host", "h", "foo://h/a"],
  ["mailto:me@example.net?subject=%3d", "path", "you@example.net", "mailto:you@example.net?subject=%3d"],
  ["mailto:me@example.net", "query", "subject=hi", "mailto:me@example.net?subject=hi"],
  ["urn:isbn:0451450523#x", "path", "isbn:1", "urn:isbn:1#x"],
  ["git@github.com:a/b.git", "host", "example.org", "git@example.org:a/b.git"],
  ["git@github.com:a/b.git", "path", "c/d?e#f.git", "git@github.com:c/d?e#f.git"],
  ["git@github.com:a/b.git", "user", "me", "me@github.com:a/b.git"],
  ["http://[::1]:8/", "host", "[::2]", "http://[::2]:8/"],
  ["http://h/", "host", "bücher.example", "http://xn--bcher-kva.example/"],
  ["  http://h/\ta?q ", "query", "r", "  http://h/\ta?r "],
  ["ht\ntp://h/a", "path", "b", "ht\ntp://h/b"],
  ["http:\\\\h\\a", "port", "8", "http:\\\\h:8\\a"],
  ["http:h", "port", "8", "http:h:8"],
  ["//h/a?b", "path", "c", "//h/c?b", "rfc3986"],
  ["../a?b", "query", "c", "../a?c", "rfc3986"],
  ["http://EXAMPLE.com/", "host", "example.com", "http://EXAMPLE.com/"],
  // What only some parsers take as it stands is encoded for all.
  ["http://good.example/x", "path", "\\@evil.example/", "http://good.example/%5C@evil.example/"],
  ["http://good.example/x", "path", "/\\evil.example", "http://good.example/%5Cevil.example"],
  ["http://h/", "path", "100%", "http://h/100%25"],
  ["http://h/", "path", "a|b[c]^", "http://h/a%7Cb%5Bc%5D%5E"],
  ["http://h/", "query", "a[]=1|2\\#3%", "http://h/?a%5B%5D=1%7C2%5C%233%25"],
  ["http://h/", "fragment", "a#b|[c]`{%", "http://h/#a%23b%7C%5Bc%5D%60%7B%25"],
  ["http://h/", "user", "a%b|", "http://a%25b%7C@h/"],
  ["mailto:x", "path", "a b\\<c>", "mailto:a%20b%5C%3Cc%3E"],
  ["ssh://h/", "query", "'\"", "ssh://h/?'%22"],
  // A host is written in the form that all read alike.
  ["http://h/", "host", "0x7f.1", "http://127.0.0.1/"],
  ["http://h/", "host", "2130706433", "http://127.0.0.1/"],
  ["http://h/", "host", "EX%41MPLE.com", "http://example.com/"],
  ["http://h/", "host", "XN--a", "http://xn--a/"],
  ["http://h/", "host", "①.example", "http://1.example/"],
  ["http://h/", "host", "[2001:DB8:0::1]", "http://[2001:db8::1]/"],
  ["ssh://h/", "host", "H%41", "ssh://ha/"],
];

Deno.test("setPart: changes the part and no other byte", () => {
  for (const [text, part, value, result, rules] of edited) {
    const what = `${part}=${value} in ${text}`;
    assertEquals(setPart(parseUrl(text, { rules }), part, value).text, result, what);
  }
});

const refused: readonly (readonly [text: string, part: Part, value: string, because: string])[] = [
  ["mailto:me@example.net", "host", "h", "no place for one"],
  ["mailto:me@example.net", "port", "1", "no host"],
  ["file:///a", "port", "1", "cannot"],
  ["file:///a", "user", "u", "cannot"],
  ["file://localhost/a", "user", "u", "cannot set the user: a file: URL has none"],
  ["file://localhost/a", "password", "p", "cannot set the password: a file: URL has none"],
  ["FILE://host/a", "port", "1", "cannot set the port: a file: URL has none"],
  ["file://localhost/", "scheme", "http", "host"],
  ["http://h/", "scheme", "ssh", "different ways"],
  ["http://h/", "scheme", "", "without its scheme"],
  ["http://h/", "host", "", "host"],
  ["http://h/", "host", "1.2.3.256", "IPv4"],
  ["http://h/", "host", "xn--a.ß", "ASCII"],
  ["http://h/", "host", "%2f", "cannot hold"],
  ["git@github.com:a/b.git", "port", "1", "git address has none"],
  ["git@github.com:a/b.git", "query", "q", "git address has none"],
  ["git@github.com:a/b.git", "user", "", "git address"],
  ["git@github.com:a/b.git", "path", "a\nb", "git address"],
  ["data:a ?q", "query", "", "path"],
  ["foo:/a", "path", "//b", "host"],
  ["http://h/", "path", "/a/../b", "something else"],
  ["http://h/", "path", "/a/%2e%2e/b", "something else"],
  ["http://h/", "path", ".", "something else"],
];

Deno.test("setPart: rejects an edit that would change another part", () => {
  for (const [text, part, value, because] of refused) {
    const error = assertThrows(() => setPart(parseUrl(text), part, value), EditError, because);
    assertEquals(error.code, "cannot-edit");
  }
});

Deno.test("setPart: rejects an invalid value", () => {
  const senseless: readonly (readonly [Part, string])[] = [
    ["port", "x"],
    ["port", "65536"],
    ["port", "-1"],
    ["port", "80/x"],
    ["port", "8\n0"],
    ["scheme", "1x"],
    ["scheme", "ht tp"],
    ["scheme", "http://"],
    ["host", "a/b"],
    ["host", "a@b"],
    ["host", "a:1"],
    ["host", "a?b"],
    ["host", "a#b"],
    ["host", "a\\b"],
    ["host", "a\r\nb"],
    ["host", "a b"],
    ["host", "[::1"],
    ["host", "::1"],
    ["host", "[::1]:80"],
  ];
  for (const rules of RULES) {
    for (const [part, value] of senseless) {
      assertThrows(() => setPart(parseUrl("http://h/", { rules }), part, value), UsageError, `invalid ${part}`);
    }
  }
});

const chain = <T>(...options: readonly fc.Arbitrary<T>[]) => fc.oneof(...options);
const word = fc.stringMatching(/^[a-zA-Z0-9%._~-]{1,6}$/);
const anything = chain(
  word,
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.stringMatching(/^[a-z/?#@:&=\\[\]%.\r\n\t ]{0,8}$/),
);
const host = fc.constantFrom(
  "h",
  "Example.COM",
  "[::1]",
  "127.0.0.1",
  "0x7f.1",
  "xn--bcher-kva.example",
  "a.b.",
  "h%41",
);
const text = fc.tuple(
  fc.constantFrom(
    "http://",
    "HTTPS://",
    "ftp:/",
    "wss:\\\\",
    "ssh://",
    "FOO://",
    "foo:/",
    "mailto:",
    "urn:",
    "file:///",
    " http://",
  ),
  fc.option(chain(word, fc.tuple(word, word).map((both) => both.join(":")), fc.constant("a@b"), fc.constant("")), {
    nil: undefined,
  }),
  host,
  fc.constantFrom("", ":", ":80", ":8080", ":00443"),
  fc.array(chain(word, fc.constantFrom("", ".", "..", "%2e", "a b", "C:", "\\", "a\tb")), { maxLength: 4 }),
  fc.option(chain(word, fc.constantFrom("", "a=b&c=%3d", "&&a&=b&", "?", "x y", "a\nb")), { nil: undefined }),
  fc.option(chain(word, fc.constantFrom("", "#", "a b")), { nil: undefined }),
).map(([front, user, host, port, segments, query, fragment]) =>
  front + (user === undefined ? "" : `${user}@`) + host + port + segments.map((segment) => `/${segment}`).join("") +
  (query === undefined ? "" : `?${query}`) + (fragment === undefined ? "" : `#${fragment}`)
);

/** A URL made of odd pieces that are one under the rules. */
const url = fc.tuple(text, fc.constantFrom(...RULES)).map(([text, rules]) => {
  try {
    return parseUrl(text, { rules });
  } catch (error) {
    if (error instanceof InvalidUrlError) return undefined;
    throw error;
  }
}).filter((url) => url !== undefined);

Deno.test("setPart: the same value changes nothing", () => {
  fc.assert(
    fc.property(url, fc.constantFrom(...PARTS), (url, part) => {
      assertEquals(setPart(url, part, url.given(part) ?? "").text, url.text);
      if (part === "host" && url.host !== null) assertEquals(setPart(url, part, url.host).text, url.text);
    }),
    { seed: SEED, numRuns: 5000 },
  );
});

/** The edit's result, unless it was refused. */
function attempt(edit: () => Url): Url | undefined {
  try {
    return edit();
  } catch (error) {
    if (error instanceof EditError || error instanceof UsageError) return undefined;
    throw error;
  }
}

function assertOthersKept(before: Url, after: Url, part: Part): void {
  const what = `${JSON.stringify(before.text)} → ${JSON.stringify(after.text)}`;
  for (const other of PARTS) {
    if (other === part) continue;
    const blank = other === "user" || other === "password" ? "" : undefined;
    assertEquals(after.given(other) ?? blank, before.given(other) ?? blank, `${other} of ${what}`);
    if (other !== "scheme") assertEquals(after.host === before.host || part === "host", true, `the host of ${what}`);
  }
  // What stands before and behind the part, but for the sign that divides it from the others, is the same text.
  const span = before.span(part);
  if (!span || before.text !== before.cleanText) return;
  assert(after.text.startsWith(before.text.slice(0, Math.max(0, span.start - 1))), what);
  assert(after.text.endsWith(before.text.slice(span.end + 1)), what);
}

Deno.test("setPart: any value changes that part alone, or is rejected", () => {
  let done = 0;
  fc.assert(
    fc.property(url, fc.constantFrom(...PARTS), anything, (before, part, value) => {
      const after = attempt(() => setPart(before, part, value));
      if (!after) return;
      done++;
      assertOthersKept(before, after, part);
      const again = parseUrl(after.text, { rules: after.rules });
      assertEquals(again.href, after.href);
      // Read again, the part is the value, but for what had to be encoded.
      const found = again.given(part) ?? "";
      if (part === "host") assertEquals(hostKey(again.host ?? ""), hostOf(value, before));
      else if (part === "port" || part === "scheme") assertEquals(found, value);
      else assertEquals(decoded(found).replace(/^\/\.?(?=\/)|^\//, ""), decoded(value).replace(/^\//, ""), after.text);
    }),
    { seed: SEED, numRuns: 10_000 },
  );
  // Most edits can be done: it is not all refusals that keep the promise.
  assert(done > 5000, `${done} were done`);
});

/** A host as browsers have it: numbers are an address where the scheme is one of theirs. */
function hostOf(value: string, { special, rules }: Url): string {
  try {
    return value && special || rules === "rfc3986" ? new URL(`http://${value}/`).hostname : hostKey(value);
  } catch {
    return hostKey(value);
  }
}

/** The bytes of a text without its escapes, as characters, so that what was encoded compares with what was not. */
function decoded(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return bytes.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}

Deno.test("removePart: is idempotent and leaves the other parts", () => {
  fc.assert(
    fc.property(url, fc.constantFrom(...REMOVABLE), (before, part) => {
      const after = attempt(() => removePart(before, part));
      if (!after) return;
      assertEquals(after.given(part) ?? "", "");
      assertEquals(removePart(after, part).text, after.text);
      if (part !== "user") assertOthersKept(before, after, part);
    }),
    { seed: SEED, numRuns: 3000 },
  );
});

const queries: readonly (readonly [edit: (url: Url) => Url, before: string, after: string])[] = [
  [(url) => addParam(url, "k", "v"), "http://h/", "http://h/?k=v"],
  [(url) => addParam(url, "k", "v"), "http://h/?#f", "http://h/?k=v#f"],
  [(url) => addParam(url, "k", "v"), "http://h/?a=%3d#f", "http://h/?a=%3d&k=v#f"],
  [(url) => addParam(url, "k", "v"), "http://h/?a&", "http://h/?a&k=v"],
  [(url) => addParam(url, "flag"), "http://h/?a", "http://h/?a&flag"],
  [(url) => addParam(url, "a&b=c", "d&e=f#g+h i"), "http://h/", "http://h/?a%26b%3Dc=d%26e=f%23g%2Bh%20i"],
  [(url) => addParam(url, "k", "a%20b"), "http://h/", "http://h/?k=a%20b"],
  [(url) => addParam(url, "k", "v\r\n"), "mailto:x", "mailto:x?k=v%0D%0A"],
  [(url) => removeParams(url, "utm_*"), "http://h/?utm_id=1&a=%3d&utm_x&b", "http://h/?a=%3d&b"],
  [(url) => removeParams(url, "a"), "http://h/?a=1#f", "http://h/#f"],
  [(url) => removeParams(url, "\\*"), "http://h/?*=1&a=2&%2a=3&**=4", "http://h/?a=2&**=4"],
  [(url) => removeParams(url, "a\\?*"), "http://h/?a?=1&ab=2&a%3fb=3&a=4", "http://h/?ab=2&a=4"],
  [(url) => removeParams(url, "a\\=b"), "http://h/?a=b&a%3db=c", "http://h/?a=b"],
  [(url) => removeParams(url, "a\\\\"), "http://h/?a\\=1&a=2", "http://h/?a=2"],
  [(url) => removeParams(url, "a\\b\\"), "http://h/?a\\b\\=1&ab=2", "http://h/?ab=2"],
  [(url) => removeParams(url, ""), "http://h/?=1&a=2&=", "http://h/?a=2"],
  [(url) => removeParams(url, "=1"), "http://h/?=1&a=1&=2", "http://h/?a=1&=2"],
  [(url) => removeParams(url, "?"), "http://h/?%F0%9F%99%82=1&ab=2", "http://h/?ab=2"],
  [(url) => removeParams(url, "a"), "http://h/?&a=1&", "http://h/?&"],
  [(url) => removeParams(url, "a=?"), "http://h/?a=1&a=22&b=1", "http://h/?a=22&b=1"],
  [(url) => removeParams(url, "a b"), "http://h/?a+b=1&a%20b=2&a%2bb=3", "http://h/?a%2bb=3"],
  [(url) => removeParams(url, "*"), "http://h/?a&b#f", "http://h/#f"],
  [(url) => removeParams(url, "x"), "http://h/?#f", "http://h/?#f"],
  [(url) => removeParams(url, "x"), "http://h/", "http://h/"],
  [sortParams, "http://h/?b=2&a=%3d&b=1&&c", "http://h/?&a=%3d&b=2&b=1&c"],
  [sortParams, "http://h/?a&b#f", "http://h/?a&b#f"],
  [sortParams, "http://h/?", "http://h/?"],
  [(url) => addSegment(url, "a/b?c#d\\e"), "http://h", "http://h/a%2Fb%3Fc%23d%5Ce"],
  [(url) => addSegment(url, "b"), "http://h/a/?q#f", "http://h/a/b?q#f"],
  [(url) => addSegment(url, "b"), "http://h/a?q", "http://h/a/b?q"],
  [(url) => addSegment(url, "b"), "http:\\\\h\\a\\", "http:\\\\h\\a\\b"],
  [(url) => addSegment(url, "c.git"), "git@h:a/b", "git@h:a/b/c.git"],
  [(url) => removePart(url, "query"), "http://h/?#", "http://h/#"],
  [(url) => removePart(url, "fragment"), "http://h/?#", "http://h/?"],
  [(url) => removePart(url, "port"), "http://h:/", "http://h/"],
  [(url) => removePart(url, "user"), "http://u:p@h/", "http://h/"],
  [(url) => removePart(url, "password"), "http://u:p@h/", "http://u@h/"],
  [(url) => removePart(url, "user"), "http://@h/", "http://h/"],
];

Deno.test("addParam, removeParams, sortParams: change no other byte", () => {
  for (const [edit, before, after] of queries) assertEquals(edit(parseUrl(before)).text, after, before);
});

Deno.test("addSegment: rejects dot segments, and paths without segments", () => {
  for (const segment of ["", ".", "..", "%2e%2E", ".%2e"]) {
    assertThrows(() => addSegment(parseUrl("http://h/a"), segment), UsageError, "invalid path segment");
  }
  assertThrows(() => addSegment(parseUrl("mailto:x"), "a"), EditError, "no segments");
  assertThrows(() => addParam(parseUrl("git@h:p"), "a"), EditError, "git address");
});

Deno.test("addParam: adds only that parameter", () => {
  fc.assert(
    fc.property(
      url,
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.string({ unit: "grapheme" }),
      (before, key, value) => {
        fc.pre(!/%/.test(key + value));
        const after = attempt(() => addParam(before, key, value));
        if (!after) return;
        assertOthersKept(before, after, "query");
        const params = (url: Url) => [...new URLSearchParams(url.given("query") ?? "")];
        assertEquals(params(after), [...params(before), [key.toWellFormed(), value.toWellFormed()]]);
      },
    ),
    { seed: SEED, numRuns: 3000 },
  );
});

const BASES = [
  "http://good.example/x",
  "https://u:p@good.example:8443/a/b?c=d#e",
  "ws://good.example",
  "ftp://good.example/a;type=i",
  "ssh://git@good.example/a.git",
  "http://[2001:db8::1]:81/",
];
const HOSTILE = [
  "/",
  "\\",
  "@",
  "evil.example",
  ":",
  "#",
  "?",
  "%",
  "%2",
  "%2f",
  "%5C",
  "..",
  ".",
  "[",
  "]",
  "|",
  "^",
  " ",
]
  .concat([
    "\t",
    "\n",
    "\0",
    "\u00ad",
    "ü",
    "／",
    "℀",
    "。",
    "‮",
    "\ud800",
    "😀",
    "&",
    "=",
    "+",
    ";",
    "'",
    '"',
    "<",
    "//",
    "a",
  ]);
const hostile = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
  fc.nat(99_999).map(String),
);

Deno.test("setPart: all parsers read back the same value, and nothing else changes", () => {
  const done = new Map<Part, number>();
  for (const [i, part] of PARTS.entries()) {
    fc.assert(
      fc.property(fc.constantFrom(...BASES), fc.constantFrom(...RULES), hostile, (base, rules, value) => {
        const after = attempt(() => setPart(parseUrl(base, { rules }), part, value));
        if (!after) return;
        done.set(part, (done.get(part) ?? 0) + 1);
        for (const [name, read] of Object.entries(READERS)) {
          const [was, is] = [read(base), read(after.text)];
          assert(was && is, `${name}: ${after.text}`);
          for (const other of PARTS) {
            const goesAlong = part === "scheme" && other === "port";
            if (other !== part && !goesAlong) {
              assertEquals(is[other], was[other], `${other} by ${name} of ${after.text}`);
            }
          }
          const slash = part === "path" && !value.startsWith("/") ? "/" : "";
          const wanted = part === "host" ? hostOf(value, after) : slash + value.toWellFormed();
          assertEquals(
            is[part],
            readPart(was, part, wanted.replace(/%(?![0-9a-f]{2})/gi, "%25")),
            `${name}: ${after.text}`,
          );
        }
      }),
      { seed: SEED + i, numRuns: 2500 },
    );
  }
  for (const part of ["user", "password", "path", "query", "fragment"] as const) {
    assert((done.get(part) ?? 0) > 1250, `${part}: ${done.get(part)}`);
  }
});

Deno.test("addSegment, addParam: all parsers read back the same value, and nothing else changes", () => {
  let done = 0;
  fc.assert(
    fc.property(fc.constantFrom(...BASES), fc.constantFrom(...RULES), hostile, hostile, (base, rules, key, value) => {
      const url = parseUrl(base, { rules });
      const plain = (text: string) => percentDecode(text.toWellFormed().replace(/%(?![0-9a-f]{2})/gi, "%25"));
      for (
        const [part, after, wanted] of [
          ["query", attempt(() => addParam(url, key, value)), `${plain(key)}=${plain(value)}`],
          ["path", attempt(() => addSegment(url, key)), plain(key)],
        ] as const
      ) {
        if (!after) continue;
        done++;
        for (const [name, read] of Object.entries(READERS)) {
          const [was, is] = [read(base), read(after.text)];
          assert(was && is, `${name}: ${after.text}`);
          for (const other of PARTS) {
            if (other !== part) assertEquals(is[other], was[other], `${other} by ${name} of ${after.text}`);
          }
          const between = part === "query" ? was.query && "&" : was.path.endsWith("/") ? "" : "/";
          assertEquals(
            is[part].replaceAll("\ufffd", "?"),
            `${was[part]}${between}${wanted}`.replaceAll("\ufffd", "?"),
            name,
          );
        }
      }
    }),
    { seed: SEED, numRuns: 2500 },
  );
  assert(done > 3750, `${done}`);
});
