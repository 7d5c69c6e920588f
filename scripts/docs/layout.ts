import { Html, markup } from "./html.ts";
import type { Heading, NavigationGroup, Page } from "./page.ts";

/** Returns a page as a complete document. */
export function document(page: Page, navigation: readonly NavigationGroup[], version: string): string {
  const own = contents(page.headings);
  const title = page.file === "index.html"
    ? "Toucan: network tools for both ends of the wire"
    : `${page.title} · Toucan`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${page.description}">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="site.css">
<script defer src="site.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="top">
<a class="brand" href="index.html" aria-label="Toucan, start page">${CANS}<span>Toucan</span></a>
<div id="search"></div>
</header>
<div class="frame${own ? "" : " wide"}">
<nav class="sidebar" aria-label="Pages">
<details open>
<summary>Contents</summary>
${navigation.map((group) => navigationHtml(group, page.file))}</details>
</nav>
<main id="content" tabindex="-1">
<article>
${page.hero ?? markup`<h1>${page.title}</h1>`}
${page.body}</article>
</main>
${own}</div>
<footer><p>Toucan ${version}. MIT license. This page needs no network and no JavaScript.</p></footer>
</body>
</html>
`.text;
}

function navigationHtml({ title, links }: NavigationGroup, current: string): Html {
  return markup`<p>${title}</p>
<ul>
${links.map(({ file, text }) => navigationItem(file, text, file === current))}</ul>
`;
}

function navigationItem(file: string, text: string, current: boolean): Html {
  return markup`<li><a href="${file}"${current ? new Html(' aria-current="page"') : undefined}>${text}</a></li>
`;
}

/** Returns the sections of a page as links, if it has several. */
function contents(headings: readonly Heading[]): Html | undefined {
  const own = headings.filter(({ level }) => level === 2);
  if (own.length < 3) return undefined;
  return markup`<nav class="contents" aria-label="On this page">
<p>On this page</p>
<ul>
${
    own.map(({ id, text }) =>
      markup`<li><a href="#${id}">${text}</a></li>
`
    )
  }</ul>
</nav>
`;
}

/** Two cans and a string between them. */
const CANS = new Html(
  '<svg viewBox="0 0 48 24" width="48" height="24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2">' +
    '<rect x="2" y="6" width="11" height="13" rx="2" fill="var(--accent)" stroke="none"/>' +
    '<rect x="35" y="6" width="11" height="13" rx="2" fill="var(--accent)" stroke="none"/>' +
    '<path d="M13 12C20 20 28 20 35 12"/></svg>',
);

const ICON = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#888" stroke-width="2">' +
    '<rect x="1" y="5" width="7" height="12" rx="1.5" fill="#d9580d" stroke="none"/>' +
    '<rect x="16" y="5" width="7" height="12" rx="1.5" fill="#d9580d" stroke="none"/><path d="M8 11c3 6 5 6 8 0"/></svg>',
);
