/** Numbers, money and time as the panel's language writes them. */

export const wholeNumber = (value: number, language: string): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value);

/** 41,300 -> 41.3K. Limits and counts stand next to each other, so both are short. */
export const shortNumber = (value: number, language: string): string =>
  new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value);

/** Small sums keep the digits that tell them apart. */
export const money = (value: number, language: string): string =>
  new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits: value > 0 && value < 0.01 ? 4 : 2,
  }).format(value);

export const minutes = (value: number, language: string): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);

/** With its sign and one decimal; `undefined` for what rounds to nothing. */
export const signedNumber = (value: number, language: string): string | undefined =>
  Math.abs(value) < 0.05
    ? undefined
    : new Intl.NumberFormat(language, { maximumFractionDigits: 1, signDisplay: 'always' }).format(value);

/** The last part of a path, and what stands before it. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, at), name: path.slice(at) };
}
