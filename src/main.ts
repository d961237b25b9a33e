#!/usr/bin/env node
import { type Invocation, readArguments, UsageError } from './cli/arguments.js';
import { heedNoLostReader, say, sentenceOfError } from './cli/say.js';

/** The exit code for arguments that the program does not know. */
const USAGE_EXIT_CODE = 2;

/** Each command is loaded only when it is asked for, because `start` takes far longer to load than `--help` to print. */
async function run(invocation: Invocation): Promise<void> {
  switch (invocation.command) {
    case 'start':
      return (await import('./cli/start.js')).start();
    case 'rebuild':
      return (await import('./cli/rebuild.js')).rebuild();
    case 'token':
      return (await import('./cli/token.js')).printToken(invocation.options);
    case 'help':
      process.stdout.write((await import('./cli/help.js')).HELP);
      return;
    case 'version':
      process.stdout.write(`${await (await import('./cli/own-version.js')).ownVersion()}\n`);
  }
}

async function main(): Promise<void> {
  heedNoLostReader();
  try {
    await run(readArguments(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`consultation-chat: ${sentenceOfError(error)} (see consultation-chat --help)`);
    process.exitCode = USAGE_EXIT_CODE;
  }
}

void main();
