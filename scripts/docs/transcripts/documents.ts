import { ROOT } from "../../root.ts";

/** Returns the paths of the Markdown in the rooms of the library. Permission: read. */
export function documentPaths(): string[] {
  const rooms = [...Deno.readDirSync(`${ROOT}lib`)].map(({ name }) => `lib/${name}`).sort();
  const found = rooms.flatMap((room) =>
    [...Deno.readDirSync(ROOT + room)].map(({ name }) => name).filter((name) => name.endsWith(".md")).sort()
      .map((name) => `${room}/${name}`)
  );
  return found;
}
