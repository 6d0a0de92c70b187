"""What the methods share: votes as sparse matrices, class shares, confusions, the guard against a false fit."""
