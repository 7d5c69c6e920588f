import type { Command } from "../../../lib/cli/mod.ts";
import type { Grant } from "../../../lib/cli/sandbox/sandbox.ts";
import { verbsOf } from "../../records.ts";
import { type Html, markup } from "../html.ts";
import type { Page } from "../page.ts";
import { sections } from "../sections.ts";

/** Makes the page of the sandbox: the most that each verb may do, from the records. */
export function sandboxPage(commands: readonly Command[]): Page {
  const { headings, section } = sections();
  const rows = commands.flatMap((command) =>
    verbsOf(command).map(([words, verb]) => ({
      name: [...command.name === "toucan" ? [] : ["toucan"], command.name, ...words].join(" "),
      file: `${command.name}.html`,
      grant: verb.permissions ?? command.permissions,
    }))
  );
  return {
    file: "sandbox.html",
    title: "Sandbox",
    description: "What each tool may do, and what a call gives up before it uses the network.",
    headings,
    body:
      markup`<p>Each executable is compiled with the permissions that its tool can need, and no way to ask for more. None can start a
program or load native code. At its start, a call drops what it does not need: the paths that it does not name, and all
writing if it writes no file. This happens before the first byte from the network is read.</p>
${
        section(2, "What a call can need at most")
      }<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">command</th><th scope="col">network</th><th scope="col">reads</th><th scope="col">writes</th><th scope="col">variables</th><th scope="col">system</th></tr></thead>
<tbody>${rows.map(({ name, file, grant }) => row(name, file, grant))}</tbody></table></div>
<p>“Named paths” are those that options and operands of the call name. An empty cell is a permission that no call has.</p>
${section(2, "What no call can do")}<ul>
<li>Start another program: no executable has the permission <code>run</code>.</li>
<li>Load native code: no executable has the permission <code>ffi</code>.</li>
<li>Read variables of the environment that are not listed here, or <code>/proc</code> and devices.</li>
<li>Ask: executables are compiled with <code>--no-prompt</code>, so that a missing permission is an error (exit code 5).</li>
</ul>
<p><a href="security.html">Security</a> has the threats that the tools are made for, and how to report a fault.</p>
`,
  };
}

function row(name: string, file: string, { net, read, write, env, sys }: Grant): Html {
  const cells = [net ? "yes" : "", paths(read), paths(write), list(env), list(sys)];
  return markup`<tr><td><a href="${file}#permissions">${name}</a></td>${
    cells.map((cell) => markup`<td>${cell}</td>`)
  }</tr>
`;
}

function paths(granted: readonly string[] | undefined): string {
  if (!granted?.includes("/")) return list(granted);
  const own = granted.filter((path) => path !== "/" && path !== ".");
  return ["named paths", ...own].join(", ");
}

function list(names: readonly string[] | undefined): string {
  // Proxy variables are also read in lower case.
  return (names ?? []).filter((name, _, all) => name === name.toUpperCase() || !all.includes(name.toUpperCase())).join(
    ", ",
  );
}
