import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { records, verbsOf } from "../../scripts/records.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { system } from "../kit/system.ts";
import { runTool } from "../kit/tool.ts";

/** Programs that format man pages, with the options that enable all warnings; the page is the last argument. */
const FORMATTERS: Readonly<Record<string, readonly string[]>> = {
  mandoc: ["-T", "lint"],
  groff: ["-ww", "-z", "-man", "-T", "utf8"],
  man: ["--warnings", "-l"],
};

for (const command of await records()) {
  const verbs = verbsOf(command);
  const pages = verbs.some(([words]) => words.length === 0) ? verbs : [[[], undefined] as const, ...verbs];
  for (const [words, verb] of pages) {
    const name = [command.name, ...words].join(" ");

    peerTest(
      `${name} --man: formatters print no warnings`,
      Object.keys(FORMATTERS),
      () =>
        withFolder(async (folder) => {
          const page = `${folder}/page.1`;
          const { code, stdout, stderr } = await runTool(command.name, [...words, "--man"]);
          assertEquals([code, stderr], [0, ""]);
          await Deno.writeTextFile(page, stdout);
          for (const [program, args] of Object.entries(FORMATTERS)) {
            const { code, stdout, stderr } = await system(program, [...args, page]);
            assertEquals([program, code, stderr], [program, 0, ""]);
            if (program === "mandoc") assertEquals(stdout, "");
            if (program !== "man") continue;
            for (const heading of ["NAME", "SYNOPSIS", "EXIT STATUS"]) {
              assertMatch(stdout, new RegExp(`^${heading}$`, "m"));
            }
          }
        }),
    );

    Deno.test(`${name} --man: lists each field of each JSON record`, async () => {
      const { stdout } = await runTool(command.name, [...words, "--man"]);
      for (const [event, { fields }] of Object.entries(verb?.records ?? {})) {
        assertStringIncludes(stdout.toLowerCase(), `\\fb${event}\\fr`);
        for (const field of Object.keys(fields)) assertStringIncludes(stdout, `\n.TP\n\\fB${field}\\fR\n`);
      }
      if (verb?.records) assertMatch(stdout, /\n\.SH JSON\n[^]*\n\.SH JSON OBJECTS\n[^]*\\fBcode\\fR/);
    });
  }
}
