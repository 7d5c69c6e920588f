import type { Tour } from "../leg.ts";
import { demonstrateUrl } from "../demonstrate/url.ts";
import { columns } from "../../cli/mod.ts";
import { comparisonRows, recordRows, refusals } from "../../url/internal.ts";

/** The leg of `url` in `toucan tour`. */
export const tour: Tour = {
  title: "a URL, and how parsers read it",
  walk(stage) {
    const { apart, edited, hostile } = demonstrateUrl();
    stage.say("A URL has parts; reading them changes no byte of its text.");
    stage.command(`url '${apart.input}'`);
    for (const [name, value, remark] of recordRows(apart)) {
      if (value !== "") stage.show(`${name.padEnd(18)} ${value}${remark && ` (${remark})`}`);
    }
    stage.check(apart.url === apart.input, "the text is the same, byte for byte");
    stage.say("An edit changes only the part that it names.");
    stage.command(`url --set port=8443 --remove 'query=utm_*' '${apart.input}'`);
    stage.show(edited);
    stage.check(edited.includes("%c3%a9/?q=a%3db#top"), "case and escapes of the rest are unchanged");
    stage.say("Parsers differ: the one that checks a URL may read another host than the one that fetches it.");
    stage.command(`url --compare '${hostile.input}'`);
    columns(comparisonRows(hostile).map(({ cells }) => cells)).forEach((line) => stage.show(line));
    refusals(hostile).forEach((line) => stage.show(line));
    stage.check(
      !hostile.agree && hostile.differ.includes("host"),
      "the parsers disagree about the host, and the exit code is 1",
    );
  },
};
