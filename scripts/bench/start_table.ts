/** Figures of a program for the table of the README. */
export interface StartFigures {
  /** Name of the executable. */
  readonly program: string;
  /** Bytes of its archive. */
  readonly archiveBytes: number;
  /** Median milliseconds to print the version. */
  readonly ms: number;
  /** The same as a multiple of what an empty executable takes. */
  readonly ratio: number;
}

const START = "<!-- start: made by deno task bench start --write -->";
const END = "<!-- /start -->";

/** Returns the table in Markdown. */
export function startTable(figures: readonly StartFigures[]): string {
  const rows = figures.map(({ program, archiveBytes, ms, ratio }) =>
    `| \`${program}\` | ${(archiveBytes / 1e6).toFixed(1)} MB | ${ms.toFixed(0)} ms | ${ratio.toFixed(2)} |`
  );
  const head = ["| executable | archive | `--version` | times an empty one |", "|---|---:|---:|---:|"];
  return [...head, ...rows].join("\n");
}

/** Returns a text with the table between its two marks. Throws an error if a mark is missing. */
export function withStartTable(text: string, table: string): string {
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the README lacks "${START}" or "${END}"`);
  const [from, to] = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"];
  return `${text.slice(0, start)}${START}\n\n${from}\n\n${table}\n\n${to}\n\n${text.slice(end)}`;
}
