/** Options of one question to one server: comparisons, validation and walks from the root have questions of their own. */
export const QUESTION_OPTIONS = [
  ...["ipv4", "ipv6", "axfr", "ixfr", "class", "subnet", "nsid", "search"],
  ...["edns-size", "no-edns", "no-recurse", "cd"],
] as const;

/** Options of many questions at the same time. */
export const LIST_OPTIONS = ["concurrency", "rate", "ordered", "resume", "wildcard-check", "summary"] as const;

/** Options of a question that comparisons and validation decide themselves. */
export const ANSWER_OPTIONS = ["cookie", "client-cookie", "dnssec"] as const;
