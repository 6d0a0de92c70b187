// Lanes: stretches that overlap lie below each other, each in the first lane that is free; or each class has its own.

/** Give every stretch {key, onset, offset} a lane: a Map of keys, and `count`. `of(region)` names the lane, if that is fixed. */
export function lanes(regions, of = null) {
  const found = new Map();
  if (of) {
    let count = 1;
    for (const one of regions) {
      found.set(one.key, of(one));
      count = Math.max(count, of(one) + 1);
    }
    return { lane: found, count };
  }
  const ends = [];
  for (const one of [...regions].sort((a, b) => a.onset - b.onset || b.offset - a.offset)) {
    let lane = ends.findIndex((end) => end <= one.onset);
    if (lane < 0) lane = ends.length;
    ends[lane] = one.offset;
    found.set(one.key, lane);
  }
  return { lane: found, count: Math.max(1, ends.length) };
}
