import { assertEquals, assertMatch } from "@std/assert";
import { testSite } from "../kit/site.ts";
import { runTool } from "../kit/tool.ts";

/** Arguments, with PORT for that of the site, and the expected stdout, or stderr with exit code 2. */
const CASES: readonly (readonly [args: string, expected: string | RegExp])[] = [
  ["--resolve name.test:PORT:127.0.0.1 http://name.test:PORT/host", "name.test:PORT\n"],
  ["--resolve *:PORT:[::1],127.0.0.1 -4 name.test:PORT/host", "name.test:PORT\n"],
  ["--connect-to name.test:80:127.0.0.1:PORT name.test/host", "name.test\n"],
  ["--connect-to ::localhost:PORT --https-first name.test/host", "name.test\n"],
  ["--connect-to name.test:80:localhost:PORT --quiet name.test/moved", "name.test\n"],
  ["--resolve name.test:80 name.test", /option --resolve: invalid rule "name\.test:80"; expected HOST:PORT:ADDRESS/],
  ["--connect-to a:b:c:d name.test", /option --connect-to: invalid rule "a:b:c:d"; expected HOST1:PORT1:HOST2:PORT2/],
  ["--http2 --connect-to ::a:1 name.test", /--http2.*--connect-to|--connect-to.*--http2/],
];

for (const [args, expected] of CASES) {
  Deno.test(`get ${args}`, async () => {
    await using site = testSite({
      "/host": ({ headers }) => ({ body: `${headers.get("host")}\n` }),
      "/moved": { status: 302, headers: { Location: "/host" } },
    });
    const { port } = new URL(site.url);
    const { stdout, stderr, code } = await runTool("get", args.replaceAll("PORT", port).split(" "));
    if (typeof expected === "string") assertEquals(stdout, expected.replace("PORT", port), stderr);
    else assertMatch(stderr, expected);
    assertEquals(code, typeof expected === "string" ? 0 : 2, stderr);
  });
}
