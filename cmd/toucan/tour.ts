import { ANYWHERE, flag, kind, option, verb } from "../../lib/cli/mod.ts";
import { checkSavable, pathsOfSavedFile, saveFile } from "../../lib/core/mod.ts";
import { exitCodeOfTour, HAND, TOUR_RECORDS, TOUR_TOOLS, tourPage, walkTour } from "../../lib/tour/mod.ts";
import { TypedLines } from "./typed_lines.ts";

/** `toucan tour`. */
export const tour = verb({
  summary: "run both ends of every tool on loopback, and show what crosses the wire",
  description:
    "Works without a network and leaves no files. Each tool has its legs, in the order of the layers; every claim is checked. " +
    "The lessons of hand are typed by you at a terminal, with hand or --pause, and by the tour elsewhere.",
  operands: [{
    metavar: "TOOL",
    help: "tool whose legs are walked, or hand: the lessons that you type line by line (default: all)",
    kind: kind.choice(...TOUR_TOOLS),
    optional: true,
  }],
  options: {
    "pause": flag("wait for Enter before each further leg; q and Enter leaves"),
    "html": option(kind.file, "write the walk to this HTML file as well; an existing one is replaced", {
      needs: (path) => {
        const paths = pathsOfSavedFile(String(path));
        return { read: paths, write: paths };
      },
    }),
    "json": flag("one JSON object per leg", { without: ["pause"] }),
  },
  records: TOUR_RECORDS,
  examples: [
    { line: "tour", does: "walk the whole tour" },
    { line: "tour hand", does: "type HTTP, SMTP and POP3 yourself, line by line" },
    { line: "tour --pause mail", does: "walk the legs of mail, one at a time" },
  ],
  layout: { everyday: ["pause", "html", "json"], groups: { output: ["pause", "html", "json"] } },
  exits: [3, 4, 5, 6],
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"], unstable: ["net"] },
  needs: () => ({ net: true, read: ["."], write: ["."] }),
  async run({ output, signal, operands: [tool], options: { pause, html } }) {
    if (html !== undefined) checkSavable(html);
    const lines = new TypedLines(output, signal);
    // Without a terminal, and in a walk that does not wait, the tour types by itself.
    const typed = (pause || tool === HAND) && output.terminal && Deno.stdin.isTerminal();
    const legs = await walkTour(output, signal, {
      tool,
      pause: pause ? () => lines.goesOn() : undefined,
      ask: typed ? (prompt) => lines.next(prompt) : undefined,
    });
    if (html !== undefined) {
      await saveFile(html, [new TextEncoder().encode(tourPage(legs, new Date()))], signal);
    }
    return exitCodeOfTour(legs);
  },
});
