import type { Tour } from "../leg.ts";
import { demonstrateGet } from "../demonstrate/get.ts";

/** The leg of `get` in `toucan tour`. */
export const tour: Tour = {
  title: "a page, the page in one file, and a transfer that is cut",
  layer: "application: HTTP",
  async walk(stage) {
    stage.say("A server has a page with an image, and a story. The client asks for the page:");
    const parts = {
      page: () => {},
      whole: () => stage.say("The same page saved as one file, its image inside (two requests, not shown):"),
      cut: () =>
        stage.say("Now the story. Half of it comes, then the connection breaks; the client asks for the rest:"),
    };
    const commands = { page: "get", whole: "get --page -o page.html", cut: "get" };
    let url = "";
    const { source, page, saved, story, right } = await demonstrateGet({
      listening: (where) => void (url = where),
      begins(part) {
        parts[part]();
        stage.command(`${commands[part]} ${url}${part === "cut" ? "story.txt" : ""}`);
      },
      crossed: (event) => stage.crossed(event),
      signal: stage.signal,
    });
    stage.check(source.includes('<img src="can.svg"'), "the page came as it is, a link to its image in it");
    stage.check(
      saved.error === undefined && saved.inlined === 1 && page.includes('<img src="data:image/svg+xml;base64,'),
      "the saved page has the image itself: it shows without a network",
    );
    stage.check(
      story.tries === 2 && story.status === 206 && right,
      "the story is whole, and no byte of it was sent twice",
    );
  },
};
