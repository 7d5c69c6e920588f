/** Characters of HTML beyond which it is taken to have remote pictures without a look. */
const MAX_LENGTH = 2_000_000;
const REMOTE = /(?:^|[\s,"'(])\s*(?:https?:)?[/\\]{2}/i;
const IN_STYLE = /(?:url|image-set|image|src)\([^;{}]*?(?:https?:)?\/\//i;
const ELEMENTS = "img, image, input, source, video, body, table, tr, td, th, thead, tbody, [x-style], x-style";
const FIELDS = ["src", "srcset", "poster", "background", "href", "xlink:href"];

/** Returns whether HTML shows pictures from elsewhere. It is parsed as a document that loads nothing. */
export function hasRemotePictures(html: string): boolean {
  if (html.length > MAX_LENGTH) return true;
  // A style would be applied to the parsed document, and be reported as against the policy of this page.
  const parsed = new DOMParser().parseFromString(html.replace(/style/gi, "x-style"), "text/html");
  return [...parsed.querySelectorAll(ELEMENTS)].some((element) => {
    const style = element.localName === "x-style" ? element.textContent : element.getAttribute("x-style");
    return FIELDS.some((name) => REMOTE.test(element.getAttribute(name) ?? "")) || IN_STYLE.test(style ?? "");
  });
}
