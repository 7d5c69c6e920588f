/**
 * Runs the tests of a tool again when a file that they import changes: `deno task watch TOOL`.
 * @module
 */
import { ROOT } from "./root.ts";

/** Rooms of `lib` that each tool uses. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  url: ["url"],
  resolve: ["dns"],
  get: ["get", "http"],
  tcp: ["tcp", "core"],
  udp: ["udp"],
  file: ["file"],
  chat: ["chat"],
  mail: ["mail"],
  toucan: ["cli"],
};

const [tool = ""] = Deno.args;
const rooms = Object.hasOwn(ROOMS, tool) ? ROOMS[tool] : undefined;
if (!rooms) {
  console.error(`usage: deno task watch TOOL, TOOL one of ${Object.keys(ROOMS).join(", ")}`);
  Deno.exit(2);
}
const commands = [...Deno.readDirSync(`${ROOT}tests/cmd`)].map(({ name }) => name)
  .filter((name) => name.startsWith(`${tool}_`)).map((name) => `tests/cmd/${name}`);
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    ...["test", "--watch", "--quiet", "--parallel", "--no-prompt", "--allow-all"],
    ...rooms.map((room) => `tests/lib/${room}`),
    ...commands,
  ],
  cwd: ROOT,
}).spawn().status;
Deno.exit(code);
