/** A link of a shared file of this server. */
export interface FileLink {
  /** The name of the file, as it is shown. */
  readonly name: string;
  /** Its extension. */
  readonly extension: string;
  /** Whether it is an image, which the page shows. */
  readonly image: boolean;
}

/** The id, and the name with an extension. */
const FILE = /^[0-9a-f]{32}\/([^/?#]+\.([A-Za-z0-9]{1,8}))$/;

/**
 * Reads a link of a shared file; undefined when it is not one of the page at `base`: files of other servers are not loaded, since that
 * would tell them who reads the message.
 */
export function readFileLink(href: string, base: string): FileLink | undefined {
  const folder = new URL("files/", base).href;
  const [, coded, ending = ""] = href.startsWith(folder) ? FILE.exec(href.slice(folder.length)) ?? [] : [];
  if (coded === undefined) return undefined;
  const extension = ending.toLowerCase();
  try {
    return { name: decodeURIComponent(coded), extension, image: /^(?:png|jpe?g|gif|webp)$/.test(extension) };
  } catch {
    return undefined;
  }
}
