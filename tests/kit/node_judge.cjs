// Reads lines of JSON, ["request"|"response", base64], and writes for each what Node.js's own parser makes of it:
// { messages: [{ start, fields, body, trailers }], ending }, where `ending` is "end", "cut" or an error's code.
const { HTTPParser, methods } = require("node:_http_common");

const pairs = (list) => list.flatMap((name, i) => i % 2 === 0 ? [[name, list[i + 1]]] : []);

function judge(kind, bytes) {
  const messages = [];
  let current;
  const parser = new HTTPParser();
  parser.initialize(kind === "request" ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {});
  let gathered = [];
  let target = "";
  parser[HTTPParser.kOnHeaders | 0] = (headers, url) => {
    gathered.push(...pairs(headers));
    target += url;
  };
  parser[HTTPParser.kOnHeadersComplete | 0] = (_major, _minor, headers, method, url, status, reason) => {
    const fields = headers ? pairs(headers) : gathered;
    gathered = [];
    // Once fields came early, all come early, and the target with them.
    if (!headers) url = undefined;
    current = {
      start: kind === "request" ? [methods[method], url ?? target] : [status, reason],
      fields,
      body: "",
      trailers: [],
    };
    return 0;
  };
  parser[HTTPParser.kOnBody | 0] = (chunk) => void (current.body += chunk.toString("latin1"));
  parser[HTTPParser.kOnMessageComplete | 0] = () => {
    current.trailers = gathered;
    gathered = [];
    target = "";
    messages.push(current);
    current = undefined;
  };
  const result = parser.execute(bytes);
  if (result instanceof Error) return { messages, ending: result.code };
  const end = parser.finish();
  return { messages, ending: end instanceof Error ? (end.code === "HPE_INVALID_EOF_STATE" ? "cut" : end.code) : "end" };
}

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (piece) => text += piece);
process.stdin.on("end", () => {
  const lines = text.split("\n").filter((line) => line !== "");
  const verdicts = lines.map((line) => {
    const [kind, base64] = JSON.parse(line);
    return JSON.stringify(judge(kind, Buffer.from(base64, "base64")));
  });
  process.stdout.write(verdicts.join("\n"));
});
