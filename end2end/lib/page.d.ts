// What the tests' functions that run in a page may take for granted there.

interface ParentNode {
  // A test looks for what must be there: where it is not, using it fails the test, which says where.
  // With the properties of a field, which is what most of them look at.
  querySelector(selectors: string): HTMLInputElement;
  querySelectorAll(selectors: string): NodeListOf<HTMLInputElement>;
}

/** What `lib/inspect.js` puts into a page. */
declare const axe: typeof import("axe-core").default;

// What tests note there.
declare var noted: string[] | undefined;
declare var moments: Record<string, number>;
declare var said: string[];
declare var taken: string;
declare var jumps: number[];
declare function reportRestored(persisted: boolean): void;
