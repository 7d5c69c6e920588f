import type { Tour } from "../leg.ts";
import { demonstrateUrl } from "../demonstrate/url.ts";
import { columns } from "../../cli/mod.ts";
import { comparisonRows, recordRows, refusals } from "../../url/internal.ts";

/** The leg of `url` in `toucan tour`. */
export const tour: Tour = {
  title: "a URL, and who reads it how",
  walk(stage) {
    const { apart, edited, hostile } = demonstrateUrl();
    stage.say("A URL is a text with parts; the parts mean something, and the text keeps every byte.");
    stage.command(`url '${apart.input}'`);
    for (const [name, value, remark] of recordRows(apart)) {
      if (value !== "") stage.show(`${name.padEnd(18)} ${value}${remark && ` (${remark})`}`);
    }
    stage.check(apart.url === apart.input, "put together again it is the same, byte for byte");
    stage.say("An edit changes what it names.");
    stage.command(`url --set port=8443 --remove 'query=utm_*' '${apart.input}'`);
    stage.show(edited);
    stage.check(edited.includes("%c3%a9/?q=a%3db#top"), "the capitals and escapes of the rest are as they were");
    stage.say("Not everybody reads a URL in the same way: who checks it may see another host than who fetches it.");
    stage.command(`url --compare '${hostile.input}'`);
    columns(comparisonRows(hostile).map(({ cells }) => cells)).forEach((line) => stage.show(line));
    refusals(hostile).forEach((line) => stage.show(line));
    stage.check(
      !hostile.agree && hostile.differ.includes("host"),
      "they disagree about the host, and the exit code is 1",
    );
  },
};
