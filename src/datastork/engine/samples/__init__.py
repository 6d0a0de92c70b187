"""One fused pass over samples: what is not finished, done; what is finished, judged, named and counted."""
