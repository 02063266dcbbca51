/** With `{ type: 'file' }` an import gives the path of the file, also inside the compiled binary. */
declare module '*.wasm' {
  const path: string;
  // oxlint-disable-next-line import/no-default-export -- the shape of Bun's file imports
  export default path;
}
