// Passwords as the server wants them, told before it is asked.

const LETTERS_MIN = 8;
const LETTERS_MAX = 128;
const KINDS = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];
const KINDS_MIN = 3;

export const PASSWORD_RULE = `${LETTERS_MIN} to ${LETTERS_MAX} characters of three kinds at least: capitals, small letters, digits, others.`;

export function passwordMistake(password: string): string | undefined {
  const letters = [...password].length;
  if (letters < LETTERS_MIN) return `At least ${LETTERS_MIN} characters.`;
  if (letters > LETTERS_MAX) return `At most ${LETTERS_MAX} characters.`;
  const kinds = KINDS.filter((kind) => kind.test(password)).length;
  return kinds < KINDS_MIN ? "Three kinds at least of: capitals, small letters, digits, others." : undefined;
}

/** Letters that nobody takes for others. */
const LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const MADE_LETTERS = 20;
/** The part of a byte's values in which each letter comes equally often. */
const FAIR_BELOW = 256 - (256 % LETTERS.length);

/** A password that nobody chose; all of its kinds are in it. */
export function madePassword(random: (count: number) => Uint8Array = randomBytes): string {
  for (;;) {
    const letters = [...random(MADE_LETTERS * 2)].filter((byte) => byte < FAIR_BELOW).slice(0, MADE_LETTERS);
    const password = letters.map((byte) => LETTERS[byte % LETTERS.length]).join("");
    if (letters.length === MADE_LETTERS && passwordMistake(password) === undefined) return password;
  }
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
