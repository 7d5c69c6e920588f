import { assertEquals } from "@std/assert";
import { basicAuthorization, Fields } from "../../../lib/http/mod.ts";
import { isForeign, RequestGate } from "../../../lib/http/internal.ts";

/** Fields of a request to http://files.example:8000 (or over TLS), and whether a page of another origin made it. */
const ORIGINS: readonly (readonly [fields: Record<string, string>, foreign: boolean, anyScheme: boolean])[] = [
  [{}, false, false],
  [{ Origin: "http://files.example:8000" }, false, false],
  [{ Origin: "HTTP://Files.Example:8000" }, false, false],
  [{ Origin: "https://files.example:8000" }, true, false],
  [{ Origin: "http://files.example" }, true, true],
  [{ Origin: "http://evil.example:8000" }, true, true],
  [{ Origin: "http://files.example:8000.evil.example" }, true, true],
  [{ Origin: "http://files.example:8000/path" }, true, true],
  [{ Origin: "null" }, true, true],
  [{ Origin: "" }, true, true],
  [{ Origin: "file://files.example:8000" }, true, true],
  [{ "Sec-Fetch-Site": "same-origin" }, false, false],
  [{ "Sec-Fetch-Site": "none" }, false, false],
  [{ "Sec-Fetch-Site": "same-site" }, true, true],
  [{ "Sec-Fetch-Site": "cross-site" }, true, true],
  // Behind a proxy that changes Host.
  [{ "Sec-Fetch-Site": "same-origin", Origin: "https://public.example" }, false, false],
  [{ "Sec-Fetch-Site": "cross-site", Origin: "http://files.example:8000" }, true, true],
];

for (const [fields, foreign, anyScheme] of ORIGINS) {
  Deno.test(`isForeign: ${JSON.stringify(fields)}`, () => {
    const request = { headers: new Fields(Object.entries(fields)), authority: "files.example:8000", secure: false };
    assertEquals([isForeign(request), isForeign(request, { anyScheme: true })], [foreign, anyScheme]);
  });
}

Deno.test("isForeign: the default port makes no difference", () => {
  const from = (origin: string, authority: string, secure: boolean) =>
    isForeign({ headers: new Fields([["Origin", origin]]), authority, secure });
  assertEquals([from("https://a.example", "a.example:443", true), from("http://a.example:80", "a.example", false)], [
    false,
    false,
  ]);
  assertEquals([from("https://a.example", "a.example", false), from("http://a.example", "a.example", true)], [
    true,
    true,
  ]);
});

const ADA = { user: "ada", password: "s3cret" };
const asked = (authority: string, given?: typeof ADA, peer = "192.0.2.7") => ({
  authority,
  peer,
  headers: new Fields(given ? [["Authorization", basicAuthorization(given)]] : []),
});

Deno.test("RequestGate: host names, then logins, which are limited by address", () => {
  const gate = new RequestGate({ host: "files.example", local: false, allowHost: ["*.example.org"], credentials: ADA });
  assertEquals(gate.rejection(asked("evil.example", ADA)), { kind: "host", authority: "evil.example" });
  assertEquals(gate.rejection(asked("a.example.org")), { kind: "credentials" });
  for (const authority of ["files.example", "a.example.org", "127.0.0.1:8000", "localhost", ""]) {
    assertEquals(gate.rejection(asked(authority, ADA)), undefined);
  }
  const wrong = { ...ADA, password: "guessed" };
  const kinds = Array.from({ length: 12 }, () => gate.rejection(asked("localhost", wrong))?.kind);
  assertEquals([kinds[0], kinds.at(-1)], ["credentials", "logins"]);
  assertEquals(gate.rejection(asked("localhost", ADA))?.kind, "logins");
  assertEquals(gate.rejection(asked("localhost", ADA, "192.0.2.8")), undefined);
});

Deno.test("RequestGate: beyond loopback names are checked only if some are given", () => {
  const open = new RequestGate({ host: "0.0.0.0", local: false });
  assertEquals(open.rejection(asked("anything.example")), undefined);
  const near = new RequestGate({ host: "127.0.0.1", local: true, requiresHost: true });
  assertEquals([near.rejection(asked("anything.example"))?.kind, near.rejection(asked(""))?.kind], ["host", "host"]);
});
