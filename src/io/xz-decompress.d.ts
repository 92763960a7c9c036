/** A CommonJS bundle, so that its classes are members of the default export. */
declare module 'xz-decompress' {
  const xz: {
    XzReadableStream: new (
      compressed: globalThis.ReadableStream<Uint8Array>,
    ) => globalThis.ReadableStream<Uint8Array>;
  };
  export default xz;
}
