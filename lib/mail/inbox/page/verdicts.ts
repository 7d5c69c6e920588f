import type { MailView } from "../view_types.ts";
import { byId, make, plain } from "./dom.ts";

/** Results that are good, and those that are bad; all others are neither. */
const GOOD = new Set(["pass"]);
const BAD = new Set(["fail", "softfail", "permerror", "policy"]);
const NAMES: Readonly<Record<string, string>> = { spf: "SPF", dkim: "DKIM", dmarc: "DMARC" };

/** Shows the results of SPF, DKIM and DMARC, each with its reason. */
export function drawVerdicts({ authentication = [] }: MailView): void {
  const list = byId("verdicts");
  list.hidden = authentication.length === 0;
  list.replaceChildren(...authentication.map(({ method, result, reason = "" }) => {
    const item = make("li");
    const kind = GOOD.has(result) ? "good" : BAD.has(result) ? "bad" : "other";
    item.append(
      make("b", `${NAMES[method] ?? method}: ${result}`, { className: kind }),
      make("span", plain(reason)),
    );
    return item;
  }));
}
