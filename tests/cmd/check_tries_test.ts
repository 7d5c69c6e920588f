import { assert, assertEquals } from "@std/assert";
import { DNS_TRIES } from "../../cmd/check/tries/dns.ts";
import { LINK_TRIES } from "../../cmd/check/tries/link.ts";
import { MAIL_TRIES } from "../../cmd/check/tries/mail.ts";
import { NAME_TRIES } from "../../cmd/check/tries/name.ts";
import { REACH_TRIES } from "../../cmd/check/tries/reach.ts";
import { parseCheckTarget } from "../../lib/check/mod.ts";
import { FINDINGS } from "../../lib/check/words/findings.ts";
import { parseVerb } from "../../lib/cli/grammar/parse.ts";
import type { Verb } from "../../lib/cli/mod.ts";
import { records, verbsOf } from "../../scripts/records.ts";

const VERBS: ReadonlyMap<string, Verb> = new Map(
  (await records()).flatMap((command) =>
    verbsOf(command).map(([words, verb]) => [[command.name, ...words].join(" "), verb] as const)
  ),
);

/** Fails unless a command line is that of a tool here, with options and values that are accepted. */
function assertRuns(line: string): void {
  const words = line.split(" ");
  const path = [words.slice(0, 2).join(" "), words[0] ?? ""].find((path) => VERBS.has(path));
  const verb = path === undefined ? undefined : VERBS.get(path);
  assert(verb && path, `there is no ${line}`);
  const { operands } = parseVerb(verb, words.slice(path.split(" ").length));
  if (path === "check") operands.forEach((operand) => parseCheckTarget(operand));
}

const TABLES = Object.entries({ ...LINK_TRIES, ...NAME_TRIES, ...REACH_TRIES, ...MAIL_TRIES, ...DNS_TRIES });
const SERVICES = ["smtp", "smtps", "imap", "pop3s", "ftp", "nntp", "irc", "dns", "dot", "doh"];
const TARGETS = [
  ...SERVICES.map((scheme) => `${scheme}://[::1]:1234/zone.test`),
  "mail:a.test",
  "a.test",
  "tcp://a.test:80",
].map(parseCheckTarget);

Deno.test("check: the commands to try are those of these tools", () => {
  const golden = new URL("../golden/check/", import.meta.url);
  const lines = [...Deno.readDirSync(golden)].flatMap(({ name }) =>
    Deno.readTextFileSync(new URL(name, golden)).matchAll(/^try: toucan (.*)$/gm).map(([, line = ""]) => line).toArray()
  );
  assert(lines.length > 50);
  for (const line of lines) {
    assertRuns(line.replaceAll("PORT", "1234").replace(/--pin (?:sha256:)?PIN/, `--pin sha256:${"A".repeat(43)}=`));
  }
});

Deno.test("check: commands to try, for every code and target", () => {
  const data = {
    ...{ domain: "a.test", host: "mx.a.test", name: "a.test._report._dmarc.b.test", selector: "s1", zone: "a.test" },
    ...{ address: "192.0.2.1", found: "HTTP", port: 8080, protocol: "HTTP", family: "IPv6" },
    ...{ servers: ["192.0.2.53:53", "[::1]:53"], server: "192.0.2.53:53", target: "b.test" },
  };
  for (const [code, tries] of TABLES) {
    assert(code in FINDINGS, code);
    for (const target of TARGETS) tries(data, target).forEach(assertRuns);
  }
});

Deno.test("check: no command to try has text of a peer that a shell or a tool would take for more", () => {
  for (
    const evil of ["$(reboot)", "a;reboot", "a b", "--output=x", "`x`", "a\nb", "", "a'b", "\u202ea", "x".repeat(400)]
  ) {
    const data = {
      domain: evil,
      host: evil,
      name: evil,
      selector: evil,
      zone: evil,
      address: evil,
      found: evil,
      server: evil,
    };
    for (const [code, tries] of TABLES) {
      for (const target of TARGETS) {
        const lines = tries(data, target);
        assertEquals(lines.filter((line) => !/^[\w :\/.@\[\],-]*$/.test(line)), [], code);
        if (evil !== "") assertEquals(lines.filter((line) => line.includes(evil)), [], code);
      }
    }
  }
});
