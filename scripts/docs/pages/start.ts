import { Html, markup } from "../html.ts";
import { renderMarkdown } from "../markdown.ts";
import type { Page } from "../page.ts";
import { slug } from "../slug.ts";
import type { ToolPage } from "./tool.ts";

/** Makes the start page: the first screen of the README, and the tools as cards with their first tasks. */
export function startPage(
  readme: string,
  picture: string | undefined,
  tools: readonly ToolPage[],
  link: (href: string) => string,
): Page {
  // The picture is a part of the page here, and the tools follow as cards.
  const [first = ""] = readme.split("\n## Tools\n");
  const { body, lead, headings } = renderMarkdown(first.replace(/^!\[.*\n/m, ""), { link });
  const [before = "", after = ""] = body.text.split(/(?<=<\/p>)\n/, 2).length === 2
    ? [body.text.slice(0, body.text.indexOf("</p>") + 4), body.text.slice(body.text.indexOf("</p>") + 4)]
    : ["", body.text];
  const own = ["Tools", "More"].map((text) => ({ level: 2, text, id: slug(text) }));
  return {
    file: "index.html",
    title: "Toucan",
    description: lead,
    hero: markup`<h1>Toucan</h1>`,
    headings: [...headings, ...own],
    body: markup`
      <div class="lead">${new Html(before)}</div>
      ${picture === undefined ? undefined : new Html(`<div class="scroll">${picture}</div>`)}
      ${new Html(after)}
      <h2 id="tools">Tools</h2>
      <ul class="cards">
      ${tools.map(card)}</ul>
      <h2 id="more">More</h2>
      <ul>
        <li><a href="cookbook.html">Cookbook</a>: from dig, nc, curl, socat, miniserve, swaks and Mailpit to Toucan</li>
        <li><a href="course.html">Network programming, ten programs</a>: a course for teachers and students</li>
        <li><a href="library.html">Library</a>: all of it from TypeScript</li>
        <li><a href="sandbox.html">Sandbox</a>: what each tool may do, and what it gives up</li>
      </ul>
    `,
  };
}

function card({ file, title, shape, tasks }: ToolPage): Html {
  return markup`
    <li>
      <h3><a href="${file}">${title}</a></h3>
      <p>${shape.summary}</p>
      <ul class="tasks">
    ${
    tasks.slice(0, 2).map(({ id, text }) =>
      markup`
        <li><a href="${file}#${id}">${text}</a></li>
      `
    )
  }</ul>
    </li>
  `;
}
