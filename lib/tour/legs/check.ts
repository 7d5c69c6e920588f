import { kindOf, LAYER_STATES, LAYER_TITLES } from "../../check/internal.ts";
import { demonstrateCheck } from "../demonstrate/check.ts";
import type { Tour } from "../leg.ts";

/** Layers from the bottom: each is broken and healed. */
const LAYERS = "link,name,reach,tls,application";

/** Leg of `toucan tour` for `check`. */
export const tour: Tour = {
  title: "something is broken on each layer, and the check finds it",
  async walk(stage) {
    const found: string[] = [];
    const healed: string[] = [];
    for await (const { what, options = "", healed: layer, report } of demonstrateCheck(stage.signal)) {
      stage.say(what);
      stage.command(`check ${options}${report.target.text}`);
      stage.show(
        // A line does not break between a sign and its word.
        report.layers.map(({ layer, state }) => `${LAYER_STATES[state][0]}\u00a0${LAYER_TITLES[layer]}`).join("   "),
      );
      const { cause } = report;
      if (cause) stage.show(`${LAYER_TITLES[cause.layer]}: ${kindOf(cause.finding).says(cause.finding.data)}`);
      if (layer === undefined) found.push(cause?.layer ?? "none");
      else if (report.outcome === "well") healed.push(layer);
    }
    stage.check(found.join() === LAYERS, "each fault was found on its layer");
    stage.check(healed.join() === LAYERS, "nothing is found once it is healed");
  },
};
