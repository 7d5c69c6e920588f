import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { fillTemplate, parseTemplate, parseUrl, takeApart } from "../../../lib/url/internal.ts";

const URL_TEXT = "https://joe:pw@Example.com/a/b%2Fc?k=v%20w&k=2&-x=y&a%7Db=z&e=#f";

const filled: readonly (readonly [template: string, result: string, text?: string])[] = [
  ["{host}:{port}", "example.com:443"],
  [
    "{scheme} {user} {password} {netloc} {path} {query} {fragment} {origin}",
    "https joe pw joe:pw@Example.com /a/b%2Fc " +
    "k=v%20w&k=2&-x=y&a%7Db=z&e= f https://example.com",
  ],
  ["{url} {href}", `${URL_TEXT} ${URL_TEXT.replace("Example", "example")}`],
  ["{path:0} {path:1} {path:-1} {path:-2} [{path:2}] [{path:-3}]", "a b/c b/c a [] []"],
  ["{path:2:-none} {path:0:-none}", "none a"],
  ["{query:k} {query:%2Dx} {query:a%7Db} [{query:none}] {query:none:-d} {query:e:-empty}", "v w y z [] d empty"],
  ["{query:} [{query::-none}] {query:*} {query:a b}", "e [e] s f", "http://h/?x=1&=e&*=s&a+b=f"],
  ["[{query:}] {query::-none}", "[] none", "http://h/?x=1"],
  ["{port:-8080}", "8080", "foo://h"],
  ["{port:-8080} {user:-} {path:-/}", "80  /", "http://h"],
  ["{query:-none} {fragment:-a:-b}", "none a:-b", "http://h"],
  ["{{host}} {{{host}}}", "{host} {example.com}"],
  ["a\\tb\\n\\\\n\\x", "a\tb\n\\n\\x"],
  ["", ""],
];

Deno.test("fillTemplate: fills parts, segments, keys and defaults", () => {
  for (const [template, result, text = URL_TEXT] of filled) {
    assertEquals(fillTemplate(parseTemplate(template), takeApart(parseUrl(text), text)), result, template);
  }
});

Deno.test("parseTemplate: an error names what is accepted", () => {
  for (
    const template of ["{", "}", "{host", "host}", "{}", "{nothing}", "{host:1}", "{path:x}", "{ host }"]
  ) {
    const error = assertThrows(() => parseTemplate(template), UsageError);
    assertEquals(
      /is not a part; supported: .*\{host\}|a brace as such is written/.test(error.message),
      true,
      error.message,
    );
  }
});
