import { element } from "../view/dom.ts";
import { plain } from "../text.ts";
import { readFileLink } from "./link.ts";

/** Shows the shared files that a text has links of: images small, others as a card. */
export function drawFiles(words: HTMLElement): void {
  for (const link of words.querySelectorAll("a")) {
    const file = readFileLink(link.href, location.href);
    if (!file) continue;
    const name = plain(file.name);
    link.textContent = name;
    link.className = "file";
    if (file.image) link.append(imageOf(link, name));
    else {
      link.prepend(element("b", file.extension));
      link.download = name;
    }
  }
}

/** Creates an image, whose height does not depend on the file: lines below it do not move when it is loaded. */
function imageOf(link: HTMLElement, name: string): HTMLImageElement {
  const image = element("img");
  image.loading = "lazy";
  image.decoding = "async";
  image.alt = name;
  image.src = link instanceof HTMLAnchorElement ? link.href : "";
  image.onerror = () => {
    image.remove();
    link.append(element("small", "not available any more"));
  };
  return image;
}
