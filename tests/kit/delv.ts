/** Returns the status in what delv prints: the worst of its comments. */
export function delvStatus(text: string): string {
  if (/^; (?:negative response, )?unsigned answer/m.test(text)) return "insecure";
  if (/^; (?:negative response, )?fully validated/m.test(text)) return "secure";
  return /resolution failed|broken trust chain|no valid/.test(text) ? "bogus" : text;
}

/** Returns the configuration of delv that trusts the data of a DS record for the root. */
export function delvAnchors(data = ""): string {
  const [tag, algorithm, digest, hash] = data.split(" ");
  return `trust-anchors { . static-ds ${tag} ${algorithm} ${digest} "${hash}"; };`;
}
