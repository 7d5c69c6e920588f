import type { Html } from "./html.ts";

/** A heading of a page. */
export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly id: string;
}

/** A page of the site. */
export interface Page {
  /** File name: `tcp.html`. */
  readonly file: string;
  /** Title, which is also the text of links to it. */
  readonly title: string;
  /** One sentence for search engines and lists. */
  readonly description: string;
  /** Content below the title. */
  readonly body: Html;
  /** Headings of the body, in order. */
  readonly headings: readonly Heading[];
  /** Content above the title, in place of the title as a heading. */
  readonly hero?: Html;
}

/** A group of the navigation. */
export interface NavigationGroup {
  readonly title: string;
  readonly links: readonly { readonly file: string; readonly text: string }[];
}
