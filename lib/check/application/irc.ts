import { found } from "../words/findings.ts";
import { IRC_DIALECT } from "./dialects/irc.ts";
import { lineProbe } from "./lines/line_probe.ts";
import { cut } from "../words/cut.ts";

/** A registration with an IRC server. */
export const ircProbe = lineProbe({
  name: "irc",
  protocol: "IRC",
  dialect: () => IRC_DIALECT,
  refused(text) {
    const wanted = text.startsWith("464 ") || /\bpassword\b/i.test(text);
    return wanted ? found("irc-password-required", { text: cut(text) }) : undefined;
  },
});
