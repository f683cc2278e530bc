/** What a service refused, in its own words. */
export class AwsError extends Error {
  constructor(
    /** As AWS names it: `ResourceNotFoundException`. */
    readonly code: string,
    message: string,
    readonly status: number,
    readonly requestId?: string,
    /** All that the answer said, for errors that carry more than a message. */
    readonly fields: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = code;
  }

  get isDenied(): boolean {
    return this.status === 403 || this.code.startsWith("AccessDenied");
  }

  get isMissing(): boolean {
    return this.status === 404 || /NotFound|NoSuch|NonExistent/.test(this.code);
  }
}
