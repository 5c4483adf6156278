const CHUNK_RECORDS: usize = 16;

/**
 * Records of one size. Fuel is charged for the costliest way through a function, and one that may add memory costs as much as
 * writing a finding: so memory is taken for several, in a loop, which is charged only where it is entered.
 */
export class Pool {
  private next: usize = 0;
  private end: usize = 0;

  constructor(private recordSize: usize) {}

  take(): usize {
    if (this.next == this.end) this.refill();
    const record = this.next;
    this.next += this.recordSize;
    return record;
  }

  private refill(): void {
    do {
      this.next = heap.alloc(this.recordSize * CHUNK_RECORDS);
      this.end = this.next + this.recordSize * CHUNK_RECORDS;
    } while (this.next == this.end);
  }
}
