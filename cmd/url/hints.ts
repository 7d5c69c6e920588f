/** What is typed out of habit from trurl, and how it is said here. */
export const HINTS: Readonly<Record<string, string>> = {
  "-f": "write the URLs to stdin: toucan url < FILE",
  "--url-file": "write the URLs to stdin: toucan url < FILE",
  "--trim": "take pairs away with --remove (-r) query=PATTERN",
  "--qtrim": "take pairs away with --remove (-r) query=PATTERN",
  "--iterate": "give several URLs, or write a loop of the shell",
  "--replace": "set a pair with --remove query=KEY --add query=KEY=VALUE",
  "--urlencode": "percent-encode with --encode",
};
