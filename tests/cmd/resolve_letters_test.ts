import { assertEquals } from "@std/assert";
import { inLetters } from "../../cmd/resolve/print/letters.ts";
import { formatAddress } from "../../lib/core/mod.ts";
import { recordFrom } from "../../lib/dns/internal.ts";
import { response, scriptedServer } from "../kit/scripted_dns.ts";
import { runTool } from "../kit/tool.ts";

/** Owner, type and data of records, and name and data in letters. */
const RECORDS: readonly (readonly [name: string, type: "MX" | "CNAME" | "TXT" | "SOA", data: string, shown: string])[] =
  [
    ["xn--bcher-kva.test.", "MX", "10 mail.xn--bcher-kva.test.", "bücher.test. 10 mail.bücher.test."],
    ["a.test.", "CNAME", "XN--BCHER-KVA.test.", "a.test. bücher.test."],
    ["a.test.", "SOA", "ns.xn--4gbrim.test. h.xn--p1ai. 1 2 3 4 5", "a.test. ns.موقع.test. h.рф. 1 2 3 4 5"],
    ["a.test.", "TXT", '"xn--bcher-kva.test"', 'a.test. "xn--bcher-kva.test"'],
    // Not valid: it stays as it is.
    ["xn--a.test.", "CNAME", "xn--zz-.test.", "xn--a.test. xn--zz-.test."],
    ["not-xn--bcher-kva.test.", "CNAME", ".", "not-xn--bcher-kva.test. ."],
    ["a\\.xn--bcher-kva.test.", "CNAME", "test.", "a\\.xn--bcher-kva.test. test."],
  ];

Deno.test("inLetters: names in punycode that are valid are written in letters, and no other text", () => {
  for (const [name, type, data, shown] of RECORDS) {
    const record = inLetters(recordFrom({ name, type, ttl: 1, data }));
    assertEquals(`${record.name} ${record.data}`, shown);
  }
});

Deno.test("resolve --idn: a name in letters is asked for in punycode, and comes back in letters", async () => {
  await using server = scriptedServer(({ query, send }) => {
    const { name = "" } = query.questions[0] ?? {};
    const asked = name.toLowerCase();
    return send(
      response(query, { answers: [{ name: asked, type: "CNAME", ttl: 60, data: "www.xn--bcher-kva.test." }] }),
    );
  });
  const words = ["--server", formatAddress(server.addr), "--type", "CNAME", "bücher.test"];
  const { stdout } = await runTool("resolve", ["--idn", ...words]);
  assertEquals(stdout, "bücher.test. 60 IN CNAME www.bücher.test.\n");
  assertEquals((await runTool("resolve", words)).stdout, "xn--bcher-kva.test. 60 IN CNAME www.xn--bcher-kva.test.\n");
  assertEquals((await runTool("resolve", ["+idnout", "+short", ...words])).stdout, "www.bücher.test.\n");
});
