import { type Chapter, COOKBOOK } from "../cookbook.ts";
import { type Html, markup } from "../html.ts";
import type { Page } from "../page.ts";
import { sections } from "../sections.ts";

/** Makes the page of the cookbook: a table for each program. */
export function cookbookPage(): Page {
  const { headings, section } = sections();
  const chapters = COOKBOOK.map((chapter) => markup`${section(2, `From ${chapter.title}`)}${table(chapter)}`);
  return {
    file: "cookbook.html",
    title: "Cookbook",
    description:
      "The commands of dig, nc, curl, socat, miniserve, swaks and Mailpit, and those of Toucan for the same.",
    headings,
    body:
      markup`<p>The same task with another program and with Toucan. A test runs each line on both sides against the same servers,
where the other program is installed. Many options also work under the names that they have there.</p>
<p>Servers of Toucan listen on loopback by default, where only programs on the same machine can connect. Most of the other
servers listen on all addresses; for the same, name one: <code>toucan tcp listen '*:9000'</code>,
<code>toucan file serve --host 0.0.0.0</code>.</p>
${chapters}`,
  };
}

function table({ title, recipes }: Chapter): Html {
  return markup`<div class="scroll" tabindex="0"><table class="cookbook"><thead><tr><th scope="col">task</th><th scope="col">with ${title}</th><th scope="col">with Toucan</th></tr></thead>
<tbody>${
    recipes.map(({ task, theirs, ours }) =>
      markup`<tr><th scope="row">${task}</th><td><code>${theirs}</code></td><td><code>${ours}</code></td></tr>
`
    )
  }</tbody></table></div>
`;
}
