import { assertEquals } from "@std/assert";
import { peerTest } from "../kit/peer.ts";
import { SPF_CASES, spfZone } from "../kit/spf_cases.ts";

/** Checks the cases on stdin, each with its records; prints the results as JSON. */
const PYSPF = `
import sys, json, spf, ipaddress
def run(case):
    zone = case["zone"]
    def lookup(name, qtype, *rest, **more):
        found = zone.get(name.lower().rstrip("."), {}).get(qtype, [])
        if found == "!": raise spf.TempError("server failure")
        def data(text):
            if qtype == "TXT": return (text.encode(),)
            if qtype == "MX": return (10, text)
            if qtype == "AAAA": return ipaddress.ip_address(text).packed
            return text
        return [((name, qtype), data(text)) for text in found]
    spf.DNSLookup = lookup
    return spf.check2(i=case["ip"], s=case["from"], h="case.test")[0]
print(json.dumps([run(case) for case in json.load(sys.stdin)]))
`;

/** Where pyspf differs from RFC 7208: the reason. */
const OTHER: Readonly<Record<string, string>> = {
  "no parts of a macro": "the number must not be zero (section 7.1)",
};

peerTest("SPF: pyspf comes to the same results", ["python3"], async () => {
  const cases = SPF_CASES.map(([, record, ip, from]) => ({ zone: spfZone(record), ip, from }));
  const child = new Deno.Command("/usr/bin/python3", {
    args: ["-W", "ignore", "-c", PYSPF],
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  await new Blob([JSON.stringify(cases)]).stream().pipeTo(child.stdin);
  const { stdout, stderr, success } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const results: readonly string[] = JSON.parse(new TextDecoder().decode(stdout));
  const differing = SPF_CASES.flatMap(([name, , , , result], i) =>
    results[i] === result || Object.hasOwn(OTHER, name) ? [] : [[name, result, results[i]]]
  );
  assertEquals(differing, []);
});
