/** Part of a line in one style. */
export interface Span {
  readonly text: string;
  /** Names of its styles, as the picture has them. */
  readonly styles: readonly string[];
}

/** Styles by the parameters of "select graphic rendition" (ECMA-48, 8.3.117). */
const STYLES: Readonly<Record<string, string>> = {
  "1": "bold",
  "2": "dim",
  "31": "red",
  "32": "green",
  "33": "yellow",
  "34": "blue",
  "35": "magenta",
  "36": "cyan",
  "90": "dim",
};

/** Splits a line of a terminal by its styles; other escape sequences are dropped. */
export function spans(line: string): Span[] {
  const found: Span[] = [];
  let styles: readonly string[] = [];
  // deno-lint-ignore no-control-regex -- escape sequences begin with a control character
  for (const piece of line.split(/(\x1b\[[\d;?]*[A-Za-z])/)) {
    // deno-lint-ignore no-control-regex -- as above
    const [, parameters] = /^\x1b\[([\d;]*)m$/.exec(piece) ?? [];
    if (parameters !== undefined) styles = change(styles, parameters.split(";"));
    else if (piece !== "" && !piece.startsWith("\x1b")) found.push({ text: piece, styles });
  }
  return found;
}

function change(styles: readonly string[], parameters: readonly string[]): readonly string[] {
  return parameters.reduce<readonly string[]>((now, parameter) => {
    if (parameter === "" || parameter === "0") return [];
    const style = STYLES[parameter];
    return style === undefined ? now : [...now, style];
  }, styles);
}
