// Thrown for a command line that means nothing: exit code 2, where 1 is for what was understood and then failed.

export class UsageError extends Error {
  override name = 'UsageError';
}
