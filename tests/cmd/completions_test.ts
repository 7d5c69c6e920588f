import { assertEquals, assertStringIncludes } from "@std/assert";
import { executableName, records, verbsOf } from "../../scripts/records.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { complete, COMPLETING_SHELLS, type Shell } from "../kit/shell.ts";
import { runTool } from "../kit/tool.ts";

const COMMANDS = await records();

/** A typed line, and the line after Tab; unchanged if omitted. */
const LINES: readonly (readonly [typed: string, completed?: string])[] = [
  // Tools, verbs, options.
  ["toucan tc", "toucan tcp"],
  ["toucan tcp con", "toucan tcp connect"],
  ["toucan-tcp con", "toucan-tcp connect"],
  ["toucan-tcp --vers", "toucan-tcp --version"],
  ["toucan tcp connect --send", "toucan tcp connect --send-only"],
  ["toucan-url --normal --compa", "toucan-url --normal --compare"],
  // One of several words, in each form.
  ["toucan-mail send --tls imp", "toucan-mail send --tls implicit"],
  ["toucan-mail send --tls=imp", "toucan-mail send --tls=implicit"],
  ["toucan --completions pow", "toucan --completions powershell"],
  ["toucan-url --rules=rf", "toucan-url --rules=rfc3986"],
  // Some words with commas.
  ["toucan-resolve -t M", "toucan-resolve -t MX"],
  ["toucan-resolve -t A,M", "toucan-resolve -t A,MX"],
  ["toucan-resolve -t A,MX,CN", "toucan-resolve -t A,MX,CNAME"],
  ["toucan-resolve --type A,M", "toucan-resolve --type A,MX"],
  ["toucan-resolve --type=A,M", "toucan-resolve --type=A,MX"],
  ["toucan resolve -tA,M", "toucan resolve -tA,MX"],
  [
    "toucan-resolve -t TXT,AAAA,A,CNAME,MX,NS,SOA,SRV,CAA,PTR,NA",
    "toucan-resolve -t TXT,AAAA,A,CNAME,MX,NS,SOA,SRV,CAA,PTR,NAPTR",
  ],
  ["toucan-resolve -t MX,MX"],
  // Files.
  ["toucan-mail send --attach onlyf", "toucan-mail send --attach onlyfile.txt"],
  ["toucan-mail send -a onlyf", "toucan-mail send -a onlyfile.txt"],
  ["toucan-mail send --attach=onlyf", "toucan-mail send --attach=onlyfile.txt"],
  ["toucan-mail send --attach wit", "toucan-mail send --attach with\\ space.txt"],
  ['toucan-mail send --attach "wit', 'toucan-mail send --attach "with space.txt"'],
  ["toucan-mail send --attach onlydir/inn", "toucan-mail send --attach onlydir/inner.txt"],
  ["toucan-mail send --attach=onlydir/inn", "toucan-mail send --attach=onlydir/inner.txt"],
  ["toucan-get --data @onlydir/inn", "toucan-get --data @onlydir/inner.txt"],
  ["toucan-tcp listen --cert onlyfile.txt --key onlyf", "toucan-tcp listen --cert onlyfile.txt --key onlyfile.txt"],
  ["toucan-file put onlyf", "toucan-file put onlyfile.txt"],
  ["toucan-file put onlyfile.txt onlyd", "toucan-file put onlyfile.txt onlydir/"],
  ["toucan-get --data @onlyf", "toucan-get --data @onlyfile.txt"],
  ["toucan-get --data=@onlyf", "toucan-get --data=@onlyfile.txt"],
  ["toucan-tcp connect unix:onlyf", "toucan-tcp connect unix:onlyfile.txt"],
  // Folders.
  ["toucan-file serve only", "toucan-file serve onlydir/"],
  ["toucan-file serve ", "toucan-file serve onlydir/"],
  ["toucan-file serve onlydir/inn"],
  ["toucan-get --dir=", "toucan-get --dir=onlydir/"],
  ["toucan-file get http://localhost/ only", "toucan-file get http://localhost/ onlydir/"],
  ["toucan-get --dir only", "toucan-get --dir onlydir/"],
  ["toucan-get --dir=only", "toucan-get --dir=onlydir/"],
  ["toucan-tcp listen --tls --tls-dir only", "toucan-tcp listen --tls --tls-dir onlydir/"],
  // No completion.
  ["toucan-tcp connect onlyf"],
  ["toucan-file get onlyf"],
  ["toucan-get onlyf"],
  ["toucan-get --data onlyf"],
  ["toucan-udp send --data onlyf"],
  ["toucan-mail send --subject onlyf"],
  ["toucan-mail send --timeout=onlyf"],
  ["toucan-file get http://localhost/ onlydir/ only"],
  ["toucan onlyf"],
  ["toucan-tcp connect ", "toucan-tcp connect"],
  ["toucan-resolve ", "toucan-resolve serve"],
  ["toucan-resolve - onlyf"],
  ["toucan-tcp connect --json=tr"],
  ["toucan-tcp connect --no-such=onlyf"],
  // After -- there are no options, only operands.
  ["toucan-tcp connect -- --js"],
  ["toucan-tcp connect -- onlyf"],
  ["toucan-tcp -- con"],
  ["toucan-file put -- onlyf", "toucan-file put -- onlyfile.txt"],
  ["toucan-file serve -- only", "toucan-file serve -- onlydir/"],
  // The value of an option is neither a verb nor an operand.
  ["toucan-mail send --subject sink --dry", "toucan-mail send --subject sink --dry-run"],
  [
    "toucan-file get --retries 2 -P 3 http://localhost/ only",
    "toucan-file get --retries 2 -P 3 http://localhost/ onlydir/",
  ],
  [
    "toucan-file get -P3 --retries=2 http://localhost/ only",
    "toucan-file get -P3 --retries=2 http://localhost/ onlydir/",
  ],
];

/** Returns the lines for every tool and verb, alone and with the umbrella. */
const EVERY_VERB = COMMANDS.flatMap((command) =>
  verbsOf(command).flatMap(([words]) => {
    const ways = [[executableName(command.name), ...words], [
      "toucan",
      ...(command.tools ? [] : [command.name]),
      ...words,
    ]];
    return ways.map((way) => [`${way.join(" ")} --versio`, `${way.join(" ")} --version`] as const);
  })
);

async function scripts(shell: Shell): Promise<string> {
  const all = COMMANDS.map(async ({ name }) => {
    const { code, stdout, stderr } = await runTool(name, ["--completions", shell]);
    assertEquals([code, stderr], [0, ""]);
    return stdout;
  });
  return (await Promise.all(all)).join("\n");
}

const lines = [...LINES, ...EVERY_VERB];

for (const shell of COMPLETING_SHELLS) {
  peerTest(
    `completions in ${shell}: words, lists, files and folders`,
    [shell, "tmux"],
    () =>
      withFolder(async (folder) => {
        await Deno.mkdir(`${folder}/here/onlydir`, { recursive: true });
        for (const name of ["onlyfile.txt", "with space.txt", "onlydir/inner.txt"]) {
          await Deno.writeTextFile(`${folder}/here/${name}`, "");
        }
        const completed = await complete(
          shell,
          await scripts(shell),
          lines.map(([typed]) => typed),
          folder,
        );
        // Shells differ in what they add after a word.
        const found = completed.map((line) => line.replace(/,$/, ""));
        assertEquals(found, lines.map(([typed, completed = typed]) => completed));
      }),
  );
}

/** Parts that the script for PowerShell has to contain, since PowerShell is not installed. */
const POWERSHELL: Readonly<Record<string, readonly string[]>> = {
  "resolve": [
    "$values['toucan-resolve -t'] = 'list A AAAA ",
    "$values['toucan-resolve --timeout'] = ''",
    "$operands['toucan-resolve *'] = ''",
  ],
  "file": [
    "$operands['toucan-file serve 0'] = 'directory'",
    "$operands['toucan-file get 0'] = ''",
    "$operands['toucan-file get 1'] = 'directory'",
    "$operands['toucan-file put *'] = 'file '",
    "$values['toucan-file get -P'] = ''",
    "$values['toucan-file serve -p'] = ''",
  ],
  "get": ["$values['toucan-get --data'] = 'file @'", "$values['toucan-get --dir'] = 'directory'"],
  "mail": ["$values['toucan-mail send --tls'] = 'words starttls implicit opportunistic none'"],
  "tcp": ["$operands['toucan-tcp connect 0'] = 'file unix:'"],
  "toucan": ["$values['toucan --completions'] = 'words bash zsh fish powershell'"],
};

for (const [name, entries] of Object.entries(POWERSHELL)) {
  Deno.test(`completions of ${name} in PowerShell describe each value`, async () => {
    const { stdout } = await runTool(name, ["--completions", "powershell"]);
    for (const entry of entries) assertStringIncludes(stdout, entry);
  });
}
