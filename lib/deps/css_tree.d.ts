/** The part of `css-tree` that is used here; the package ships no types. */
export interface CssNode {
  type: string;
  name?: string;
  value?: unknown;
  loc?: { start: { offset: number }; end: { offset: number } } | null;
}
export interface WalkContext {
  atrule: CssNode | null;
  function: CssNode | null;
}
declare const parse: (
  css: string,
  options: { positions: boolean; context?: "stylesheet" | "declarationList" | "value"; parseCustomProperty?: boolean },
) => CssNode;
export default parse;
