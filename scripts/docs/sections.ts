import { Html } from "./html.ts";
import { headingHtml } from "./markdown.ts";
import type { Heading } from "./page.ts";
import { uniqueSlugs } from "./slug.ts";

/** Returns the HTML of a heading; its anchor is formed of `named`, by default of its text. */
export type Section = (level: number, text: string, named?: string) => Html;

/** The headings of a page while it is written. */
export interface Sections {
  readonly headings: Heading[];
  readonly anchor: (text: string) => string;
  readonly section: Section;
}

/** Returns an empty list of headings, and the function that writes and adds one. */
export function sections(): Sections {
  const headings: Heading[] = [];
  const anchor = uniqueSlugs();
  const section: Section = (level, text, named = text) => {
    const heading = { level, text, id: anchor(named) };
    headings.push(heading);
    return new Html(headingHtml(heading));
  };
  return { headings, anchor, section };
}
