import type { CssNode, WalkContext } from "./css_tree.d.ts";
declare const walk: (tree: CssNode, visit: (this: WalkContext, node: CssNode) => void) => void;
export default walk;
