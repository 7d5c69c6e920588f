/** Hints for options of trurl that have another form here. */
export const HINTS: Readonly<Record<string, string>> = {
  "-f": "write the URLs to stdin: toucan url < FILE",
  "--url-file": "write the URLs to stdin: toucan url < FILE",
  "--trim": "remove pairs with --remove (-r) query=PATTERN",
  "--qtrim": "remove pairs with --remove (-r) query=PATTERN",
  "--iterate": "pass several URLs, or use a shell loop",
  "--replace": "set a pair with --remove query=KEY --add query=KEY=VALUE",
  "--urlencode": "percent-encode with --encode",
};
