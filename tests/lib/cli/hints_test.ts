import { assertEquals } from "@std/assert";
import { hintOf, HINTS } from "../../../lib/cli/hints.ts";
import { type ErrorDetails, NetworkError } from "../../../lib/core/mod.ts";
import { records, verbsOf } from "../../../scripts/records.ts";

const ROWS: readonly (readonly [details: ErrorDetails, hint: string | undefined])[] = [
  [{ code: "no-such-code" }, undefined],
  [{ code: "no-such-code", reason: "any" }, undefined],
  [{ code: "not-a-page" }, "--save saves any file"],
  [{ code: "not-a-page", hint: "its own" }, "its own"],
  [{ code: "not-a-page", reason: "unknown" }, "--save saves any file"],
  [{ code: "http-status" }, undefined],
  [{ code: "http-status", reason: "unauthorized" }, "authenticate with --user and --password-file"],
  [
    { code: "name-server-failed", operation: "look up", peer: "host.example" },
    "for details, run toucan resolve host.example",
  ],
  [
    { code: "starttls-missing" },
    "use --tls implicit for TLS from the first byte, or --tls none for a plain connection",
  ],
  [{ code: "name-server-failed", operation: "connect", peer: "host.example" }, undefined],
];

for (const [details, hint] of ROWS) {
  Deno.test(`hintOf: ${JSON.stringify(details)}`, () => {
    assertEquals(hintOf(new NetworkError("it failed", details)), hint);
  });
}

Deno.test("HINTS: every option in them is one of some verb", async () => {
  const options = new Set(
    (await records()).flatMap((command) => verbsOf(command).flatMap(([, verb]) => Object.keys(verb.options))),
  );
  const unknown = Object.entries(HINTS).flatMap(([code, hint]) => {
    const text = typeof hint === "string" ? hint : hint(new NetworkError("it failed", { code, peer: "x" })) ?? "";
    return [...text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].filter(([, name = ""]) => !options.has(name));
  });
  assertEquals(unknown, []);
});
