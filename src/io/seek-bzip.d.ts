/** The parts of seek-bzip that decode a file block by block, so that a long file does not stop the event loop. */
declare module 'seek-bzip' {
  interface BitReader {
    stream: { eof(): boolean; readByte(): number };
    read(bits: number): number;
  }
  class Bunzip<Output> {
    constructor(input: unknown, output: Output);
    readonly outputStream: Output;
    readonly reader: BitReader;
    readonly streamCRC: number;
    /** reads a block's header; false at the end of the stream */
    _init_block(): boolean;
    /** decodes the block into the output */
    _read_bunzip(): void;
    static Stream: new () => { readByte(): number };
  }
  export default Bunzip;
}
