import { kindOf, LAYER_STATES } from "../../check/internal.ts";
import { demonstrateCheck } from "../demonstrate/check.ts";
import type { Tour } from "../leg.ts";

/** Leg of `toucan tour` for `check`. */
export const tour: Tour = {
  title: "something is broken on each layer, and the check finds it",
  async walk(stage) {
    const broken: (string | undefined)[] = [];
    for await (const { what, report } of demonstrateCheck(stage.signal)) {
      stage.say(what);
      stage.command(`check ${report.target.text}`);
      stage.show(report.layers.map(({ layer, state }) => `${LAYER_STATES[state][0]} ${layer}`).join("   "));
      const { cause } = report;
      if (cause) stage.show(`${cause.layer}: ${kindOf(cause.finding).says(cause.finding.data)}`);
      broken.push(cause?.layer);
    }
    stage.check(broken.slice(0, 4).join() === "name,reach,tls,application", "each fault was found on its layer");
    stage.check(broken.at(-1) === undefined, "nothing is found where nothing is broken");
  },
};
