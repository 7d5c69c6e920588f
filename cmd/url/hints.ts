/** What is typed out of habit from trurl, and how it is said here. */
export const HINTS: Readonly<Record<string, string>> = {
  "--url": "give the URL by itself",
  "-f": "write the URLs to stdin: toucan url < FILE",
  "--url-file": "write the URLs to stdin: toucan url < FILE",
  "--append": "add a segment or a pair with --add (-a)",
  "--trim": "take pairs away with --remove (-r) query=PATTERN",
  "--qtrim": "take pairs away with --remove (-r) query=PATTERN",
  "--redirect": "follow a reference with --resolve",
  "--iterate": "give several URLs, or write a loop of the shell",
  "--replace": "set a pair with --remove query=KEY --add query=KEY=VALUE",
  "--urlencode": "percent-encode with --encode",
  "--punycode": "write the host in punycode with --idn ascii",
  "--as-idn": "write the host in letters with --idn unicode",
  "--accept-space": "spaces are accepted, and encoded where they have to be",
  "--no-guess-scheme": "no scheme is guessed",
  "--curl": "all schemes are accepted",
  "--verify": "an invalid URL is an error; the exit code is 1",
};
