// Pages of a list that a server gives with a token for the next: which are known, and which one is shown.

export interface Pages {
  /** What each known page is asked with; the first with nothing. */
  tokens: (string | undefined)[];
  shown: number;
}

export const FIRST_PAGE: Pages = { tokens: [undefined], shown: 0 };

/** What came with the page that is shown: a page after it, or none. */
export function withNext(pages: Pages, next: string | undefined): Pages {
  const known = pages.tokens.slice(0, pages.shown + 1);
  const tokens = next === undefined ? known : [...known, next];
  return tokens.length === pages.tokens.length && tokens.at(-1) === pages.tokens.at(-1)
    ? pages
    : { ...pages, tokens };
}

export function turnedTo(pages: Pages, page: number): Pages {
  return { ...pages, shown: Math.min(Math.max(page, 0), pages.tokens.length - 1) };
}
