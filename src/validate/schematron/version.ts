/** Changes whenever the code this compiler makes does: code made by another version is not used. */
export const compilerVersion = 'schematron-8';
