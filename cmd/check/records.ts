import { ERROR, event, field, LISTENING } from "../../lib/cli/mod.ts";
import { LAYERS } from "../../lib/check/internal.ts";

const { boolean, integer, json, list, milliseconds, object, oneOf, optional, text, timestamp } = field;

/** A finding in a record. */
const finding = object(
  {
    code: text("stable name of the finding, as in the table of codes"),
    mark: oneOf(["good", "note", "warning", "fault"], "severity"),
    text: text("the finding as a sentence"),
    data: json("values of the finding, by name"),
  },
  "a finding",
  "finding",
);

/** States of a target in a summary, the worst first. */
export const SUMMARY_STATES = ["broken", "invalid", "unexpected", "warning", "ok"] as const;

const layer = oneOf(LAYERS, "layer");

/** The JSON records of `check`. */
export const RECORDS = {
  ...LISTENING,
  "probe": event("when a probe has ended", {
    target: text("target as given"),
    layer,
    probe: text("name of the probe"),
    subject: optional(text("address or server, if there are several probes of the name")),
    state: oneOf(["done", "skipped", "failed"], "skipped if a layer below did not allow it"),
    began: milliseconds("time from the begin of the check to that of the probe"),
    ms: milliseconds("its duration"),
    findings: list(finding, "findings"),
    facts: json("values that --expect can name: numbers (times in milliseconds), texts and booleans"),
  }),
  "verdict": event("at the end of each target", {
    target: text("target as given"),
    outcome: oneOf(
      ["well", "target", "network", "timeout", "machine", "unexpected"],
      "well, what the first fault is to blame on, or unexpected if only --expect is not met",
    ),
    exitCode: integer("exit code for this target alone"),
    checked: timestamp("when the check began"),
    ms: milliseconds("its duration"),
    layers: list(
      object({
        layer,
        state: oneOf(["good", "note", "warning", "fault", "skipped", "unused"], "worst finding of the layer"),
        summary: text("numbers that matter"),
        began: milliseconds("time from the begin of the check to that of the layer's first probe"),
        ms: milliseconds("duration"),
      }),
      "all layers, from the bottom",
    ),
    cause: optional(
      object({
        layer,
        code: text("code of the finding"),
        text: text("the cause as a sentence"),
        evidence: list(text(), "evidence"),
        who: optional(text("person or organisation that can fix it")),
        tries: list(text(), "commands to try"),
      }, "the first fault of the lowest broken layer"),
    ),
    expected: optional(
      list(
        object({
          text: text("expectation as given"),
          met: boolean("whether it is met"),
          found: list(json(), "values found"),
        }),
        "results of --expect",
      ),
    ),
  }),
  "change": event("with --watch, in the first round and when the state of a target has changed", {
    target: text("target as given"),
    at: timestamp("begin of the round that showed it"),
    well: boolean("whether nothing is broken, and all expectations are met"),
    layer: optional(layer),
    code: optional(text("code of the first fault")),
    unmet: optional(list(text("expectation that is not met"), "expectations that are not met")),
    before: optional(object({ well: boolean("the same before"), code: optional(text("code before")) }, "state before")),
  }),
  "summary": event("after several targets", {
    count: integer("number of targets"),
    broken: integer("number of those that are broken"),
    invalid: integer("number of texts that are not targets"),
    unexpected: integer("number of those whose only fault is that --expect is not met"),
    warning: integer("number of those with warnings, and nothing broken"),
    ok: integer("number of the others"),
    layers: object({
      link: integer("number of targets whose lowest broken layer is this one"),
      name: integer("the same"),
      reach: integer("the same"),
      tls: integer("the same"),
      application: integer("the same"),
    }, "broken targets by layer"),
    targets: list(
      object({
        target: text("target as given"),
        state: oneOf(SUMMARY_STATES, "state"),
        layer: optional(layer),
        code: optional(text("code of the cause, or of the first warning")),
      }),
      "the targets, the worst first: broken ones from the lowest layer, invalid, unexpected, warning, ok",
    ),
  }),
  "invalid": event("for a text that is not a target", { target: text("target as given"), error: ERROR }),
};
