import { assertEquals, assertMatch, fail } from "@std/assert";
import { executableName, record, toolNames } from "../../scripts/records.ts";
import { grantFlags } from "../../lib/cli/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { ROOT, TARGET } from "../kit/tool.ts";

/** A site that has the sources of this checkout, and nothing else. */
function sources(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (!/^\/(?:(?:cmd|lib)\/[\w./-]+\.ts|deno\.json)$/.test(pathname)) return new Response(null, { status: 404 });
    const type = pathname.endsWith(".ts") ? "application/typescript" : "application/json";
    const text = await Deno.readTextFile(ROOT + pathname.slice(1)).catch(() => undefined);
    return text === undefined
      ? new Response(null, { status: 404 })
      : new Response(text, { headers: { "content-type": type } });
  });
}

/** For each tool a command line that does some work, and what it then says on stdout or stderr. */
const WORK: Readonly<Record<string, readonly [words: readonly string[], said: RegExp]>> = {
  url: [["--get", "{host}", "http://www.example.com/x"], /^www\.example\.com\n$/],
  resolve: [["-4", "localhost"], /^127\.0\.0\.1\n$/],
  get: [["--retries", "0", "http://no-such-name.invalid/"], /^toucan get: cannot .*no-such-name\.invalid.*\n/],
  file: [["ls", "http://no-such-name.invalid/"], /^toucan file: cannot .*no-such-name\.invalid.*\n/],
  tcp: [["connect", "no-such-name.invalid:1"], /^toucan tcp: cannot look up no-such-name\.invalid/],
  udp: [["send", "--data", "x", "no-such-name.invalid:1"], /^toucan udp: cannot look up no-such-name\.invalid/],
  chat: [["join", "no-such-name.invalid"], /no-such-name\.invalid/],
  mail: [
    ["send", "-S", "no-such-name.invalid", "-f", "a@example.com", "--to", "b@example.com", "--text", "x"],
    /no-such-name\.invalid/,
  ],
  toucan: [["tcp", "--version"], /^toucan tcp \d/],
};

for (const name of toolNames()) {
  Deno.test({
    name: `${executableName(name)} runs straight from a URL, in an empty folder, with an empty cache`,
    ignore: TARGET !== "source",
    fn: () =>
      withFolder(async (folder) => {
        const [words, said] = WORK[name] ?? fail(`WORK lacks a command line of ${name}`);
        await using site = sources();
        const { permissions } = await record(name);
        await Deno.mkdir(`${folder}/here`);
        const flags = ["--quiet", "--no-prompt", "--unstable-net", ...grantFlags(permissions)];
        const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: ["run", ...flags, `http://127.0.0.1:${site.addr.port}/cmd/${name}.ts`, ...words],
          cwd: `${folder}/here`,
          env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1" },
          stdin: "null",
        }).output();
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        assertMatch(text(stdout) + text(stderr), said);
        assertEquals([...Deno.readDirSync(`${folder}/here`)], []);
      }),
  });
}
