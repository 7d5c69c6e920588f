/** A fault of a page of the site. */
export interface SiteFault {
  readonly file: string;
  readonly message: string;
}

/** Result of {@link checkSite}. */
export interface SiteReport {
  readonly faults: readonly SiteFault[];
  /** Links to other sites, which are not followed. */
  readonly external: readonly string[];
}

/** Elements without an end tag. */
const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]);

/**
 * Checks the pages of a site, by file name: every link to a page, a file or an anchor has a target, headings are in order,
 * every page has one title, a language and a skip link, anchors are unique, tags are balanced, and nothing is requested from
 * elsewhere. `exists` says whether there is another file.
 */
export function checkSite(pages: ReadonlyMap<string, string>, exists: (file: string) => boolean): SiteReport {
  const faults: SiteFault[] = [];
  const external = new Set<string>();
  const anchors = new Map([...pages].map(([file, text]) => [file, anchorsOf(text)]));
  for (const [file, text] of pages) {
    const add = (message: string) => faults.push({ file, message });
    const links = [...text.matchAll(/<a [^>]*?href="([^"]*)"/g)].map(([, href = ""]) => decode(href));
    for (const href of new Set(links)) {
      if (/^[a-z]+:/i.test(href)) external.add(href);
      else checkLink(href, file, anchors, exists).forEach(add);
    }
    for (const problem of [...headingFaults(text), ...pageFaults(text), ...tagFaults(text)]) add(problem);
  }
  return { faults, external: [...external].sort() };
}

function checkLink(
  href: string,
  file: string,
  anchors: ReadonlyMap<string, readonly string[]>,
  exists: (file: string) => boolean,
): string[] {
  const [path = "", hash] = href.split("#");
  const target = path === "" ? file : path;
  const found = anchors.get(target);
  if (!found) return exists(target) ? [] : [`the link "${href}" has no target`];
  if (hash === undefined || found.includes(decodeURIComponent(hash))) return [];
  return [`the link "${href}" has no anchor in ${target}`];
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => decode(id));
}

function headingFaults(text: string): string[] {
  const levels = [...text.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
  const faults = levels.filter((level) => level === 1).length === 1
    ? []
    : ["the page has not exactly one heading of level 1"];
  for (const [i, level] of levels.entries()) {
    const before = levels[i - 1] ?? 0;
    if (level > before + 1) faults.push(`a heading of level ${level} follows one of level ${before}`);
  }
  return faults;
}

function pageFaults(text: string): string[] {
  const ids = anchorsOf(text);
  const wanted: readonly (readonly [RegExp, string])[] = [
    [/^<!doctype html>\n<html lang="en">/, "no language"],
    [/<title>[^<]+<\/title>/, "no title"],
    [/<a class="skip" href="#content">/, "no skip link"],
    [/<meta name="viewport"/, "no viewport"],
    [/<meta name="description" content="[^"]+">/, "no description"],
    [/<main id="content"/, "no main content"],
  ];
  return [
    ...wanted.filter(([pattern]) => !pattern.test(text)).map(([, message]) => message),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `the anchor "${id}" is not unique`),
    ...[...text.matchAll(/<(?:link|script|img|source)\b[^>]*? (?:src|href)="((?:https?:)?\/\/[^"]*)"/g)]
      .map(([, url]) => `the page requests ${url}`),
  ];
}

/** Returns the tags that are not closed in the order in which they were opened. */
function tagFaults(text: string): string[] {
  const open: string[] = [];
  const body = text.replaceAll(/<(script|style)\b[^]*?<\/\1>/g, "");
  for (const [tag, end, name = ""] of body.matchAll(/<(\/?)([a-z][\w-]*)\b[^>]*>/g)) {
    if (VOID.has(name) || tag.endsWith("/>")) continue;
    if (end === "") open.push(name);
    else if (open.pop() !== name) return [`</${name}> does not close the last open tag`];
  }
  return open.length === 0 ? [] : [`<${open.at(-1)}> is not closed`];
}

function decode(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
