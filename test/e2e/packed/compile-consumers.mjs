// Compiles programs as `tsc` would, each with its own options, and prints a line of JSON: what is wrong with each.
// One process for all, which share what they all read: a compiler of its own reads the same declarations, and starts
// cold, for each of them.
// Called in the directory of the consumers: `compile-consumers.mjs '[["--strict", "a.ts"], []]'`.

import ts from 'typescript';

const format = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};

/** Declarations by all that decides how they are read: their name, the language's version, and ES module or CommonJS. */
const declarations = new Map();
const DECLARATION = /\.d\.[cm]?ts$/;

/** Finds modules anew for each program, but reads a file of declarations only once. */
function hostOf(options) {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  return {
    ...host,
    getSourceFile: (name, how, ...more) => {
      if (!DECLARATION.test(name)) return read(name, how, ...more);
      const key = JSON.stringify([name, how.languageVersion, how.impliedNodeFormat]);
      if (!declarations.has(key)) declarations.set(key, read(name, how, ...more));
      return declarations.get(key);
    },
  };
}

function readCommandLine(given) {
  if (given.length > 0) return ts.parseCommandLine(given);
  return ts.getParsedCommandLineOfConfigFile(
    'tsconfig.json',
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (problem) => {
        throw new Error(ts.formatDiagnostic(problem, format));
      },
    },
  );
}

function compile(given) {
  const { options, fileNames, errors } = readCommandLine(given);
  const program = ts.createProgram({
    rootNames: fileNames,
    options,
    host: hostOf(options),
    configFileParsingDiagnostics: errors,
  });
  const found = ts.getPreEmitDiagnostics(program);
  const { diagnostics } = program.emit();
  return ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics([...found, ...diagnostics]), format);
}

process.stdout.write(JSON.stringify(JSON.parse(process.argv[2]).map(compile)));
